import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { beforeAll, describe, expect, it } from 'vitest';
import { compileEventPattern } from '../../local/runner/compile-event-pattern.ts';
import type { BusEvent } from '../../local/runner/create-event-bus.ts';
import { googleFaults } from '../../local/simulators/google/google-faults.ts';
import { microsoftFaults } from '../../local/simulators/microsoft/microsoft-faults.ts';
import { webhookTriggers } from '../../shared/notifications/notification.ts';
import { notificationDetailSchema } from '../../shared/notifications/notification-schema.ts';
import { createConnectStory } from '../support/connect-story.ts';
import { notificationJsonSchema } from '../support/notification-json-schema.ts';
import { readDocBlock } from '../support/read-doc-block.ts';
import { useStack } from '../support/use-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);

const stack = useStack();
const events: BusEvent[] = [];

const announced = (calendarId: string) =>
  events
    .map(({ detail }) => notificationDetailSchema.parse(detail).payload)
    .filter((payload) => payload.calendar_id === calendarId);
const triggers = (calendarId: string): string[] => announced(calendarId).map(({ trigger }) => trigger);
const states = (calendarId: string): string[] =>
  announced(calendarId).flatMap((payload) => (payload.trigger === 'calendar.state_change' ? [payload.data.state] : []));

/** A calendar that is filled, changed, cut off and connected again, so that every kind of notification is announced. */
async function live(platform: 'google' | 'microsoft', extra: object): Promise<void> {
  const user = stack.simulate(platform);
  const event = user.insert('standing', 1);
  const id = await stack.connect(user, extra);
  await waitUntil(() => triggers(id).includes('calendar.first_sync'));
  user.rename(event, 'renamed');
  await waitUntil(() => announced(id).length === 3);
  // The operator's mistake is announced at once, and so is its end.
  user.answer('token', platform === 'google' ? googleFaults.invalidClient : microsoftFaults.aadsts(7000215));
  user.expireAccessTokens();
  user.rename(event, 'renamed again');
  await waitUntil(() => triggers(id).includes('calendar.sync_failing'));
  user.recover();
  await waitUntil(() => triggers(id).includes('calendar.sync_recovered'));
  user.account.revoked = true;
  user.expireAccessTokens();
  user.remove(event);
  await stack.loseAccess(id);
  await waitUntil(() => states(id).includes('disconnected'));
  user.account.revoked = false;
  await stack.call('PATCH', `/calendars/${id}`, { refresh_token: user.account.refreshToken });
  await waitUntil(() => states(id).includes('connected'));
}

/** An event that starts soon and one that ends soon, at an endpoint that wants to be notified of both. */
async function tick(): Promise<void> {
  await stack.call('POST', '/webhooks', { url: 'http://127.0.0.1:9/ticks', triggers: ['event.*'] });
  const user = stack.simulate('google');
  await stack.connect(user);
  await stack.idle();
  const soon = 8 / 3600;
  user.insertMany([
    { name: 'starts', hours: soon },
    { name: 'ends', hours: soon - 1 },
  ]);
  await waitUntil(
    () => ['event.starting', 'event.ended'].every((kind) => events.some((event) => event['detail-type'] === kind)),
    40_000,
  );
}

/** A user who connects a calendar by a connect page. */
async function connectByPage(): Promise<void> {
  const story = await createConnectStory(stack, 'google');
  const user = story.user();
  const { url } = await story.createSession();
  const { browser, provider } = await story.toProvider(url);
  await story.decide(browser, provider, user.account);
  await waitUntil(() => events.some((event) => event['detail-type'] === 'calendar.connected'));
}

beforeAll(async () => {
  stack.local.onEvent((event) => void events.push(event));
  await live('google', { metadata: { tenant: 'Zoë' }, deduplication_key: 'one' });
  await live('microsoft', {});
  await tick();
  await connectByPage();
  // A bot that is handed off at once.
  const join_at = new Date(stack.local.now() + 60_000).toISOString();
  await stack.call('POST', '/bots', { meeting_url: 'https://zoom.us/j/5551112222', join_at, bot_name: 'Recorder' });
  await waitUntil(() =>
    ['bot.due', 'bot.state_change'].every((kind) => events.some((event) => event['detail-type'] === kind)),
  );
}, 180_000);

describe('the events on the bus of the running stack', () => {
  it('include every trigger', () => {
    expect([...new Set(events.map((event) => event['detail-type']))].sort()).toEqual([...webhookTriggers].sort());
  });

  it('satisfy the JSON Schema in docs/events.md', () => {
    const validate = ajv.compile(JSON.parse(readDocBlock('events.md', 'schema')));
    for (const { detail } of events) expect(validate(detail) || ajv.errorsText(validate.errors)).toBe(true);
  });

  it('have no key that is not documented', () => {
    const validate = ajv.compile(notificationJsonSchema({ closed: true }));
    for (const { detail } of events) expect(validate(detail) || ajv.errorsText(validate.errors)).toBe(true);
  });

  it('have the source kalends and their trigger as detail type', () => {
    for (const event of events) {
      const { payload } = notificationDetailSchema.parse(event.detail);
      expect(event).toMatchObject({ source: 'kalends', 'detail-type': payload.trigger });
    }
  });

  it('match the documented pattern only when a calendar of the project is disconnected', () => {
    const documented = readDocBlock('events.md', 'pattern');
    const matches = compileEventPattern(JSON.parse(documented.replace(/proj_\w+/, stack.local.projectId)));
    const lost = events.filter((event) => {
      const { payload } = notificationDetailSchema.parse(event.detail);
      return payload.trigger === 'calendar.state_change' && payload.data.state === 'disconnected';
    });
    expect(lost).toHaveLength(2);
    expect(events.filter(matches)).toEqual(lost);
    expect(events.filter(compileEventPattern(JSON.parse(documented)))).toEqual([]);
  });
});
