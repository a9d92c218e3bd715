import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BusEvent } from '../../local/runner/create-event-bus.ts';
import { compileEventPattern } from '../../local/runner/compile-event-pattern.ts';
import { webhookTriggers } from '../../shared/notifications/notification.ts';
import { notificationDetailSchema } from '../../shared/notifications/notification-schema.ts';
import { notificationJsonSchema } from '../support/notification-json-schema.ts';
import { readDocBlock } from '../support/read-doc-block.ts';
import { simulateUser } from '../support/simulated-user.ts';
import { startTestStack, type TestStack } from '../support/start-test-stack.ts';
import { waitUntil } from '../support/wait-until.ts';

const ajv = new Ajv2020({ strict: true, allErrors: true });
(formats as unknown as (ajv: Ajv2020) => void)(ajv);

let stack: TestStack;
const events: BusEvent[] = [];

const api = async (method: string, path: string, body: unknown): Promise<{ id: string }> => {
  const response = await fetch(`${stack.local.url}/api/v1/${path}`, {
    method,
    headers: { authorization: `Token ${stack.local.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  return (await response.json()) as { id: string };
};
const announced = (calendarId: string) =>
  events
    .map(({ detail }) => notificationDetailSchema.parse(detail).payload)
    .filter((payload) => payload.calendar_id === calendarId);
const states = (calendarId: string): string[] =>
  announced(calendarId).flatMap((payload) => (payload.trigger === 'calendar.state_change' ? [payload.data.state] : []));

/** A calendar that is filled, changed, cut off and connected again, so that every kind of notification is announced. */
async function live(platform: 'google' | 'microsoft', extra: object): Promise<void> {
  const user = simulateUser(stack, platform);
  const event = user.insert('standing', 1);
  const { id } = await api('POST', 'calendars', {
    platform,
    client_id: user.account.clientId,
    client_secret: user.account.clientSecret,
    refresh_token: user.account.refreshToken,
    ...extra,
  });
  await waitUntil(() => announced(id).length === 1);
  user.rename(event, 'renamed');
  await waitUntil(() => announced(id).length === 2);
  user.account.revoked = true;
  user.expireAccessTokens();
  user.remove(event);
  await waitUntil(() => states(id).includes('disconnected'));
  user.account.revoked = false;
  await api('PATCH', `calendars/${id}`, { refresh_token: user.account.refreshToken });
  await waitUntil(() => states(id).includes('connected'));
}

beforeAll(async () => {
  stack = await startTestStack();
  stack.local.onEvent((event) => void events.push(event));
  await live('google', { metadata: { tenant: 'Zoë' }, deduplication_key: 'one' });
  await live('microsoft', {});
  // A bot that is handed off at once.
  const join_at = new Date(stack.local.now() + 60_000).toISOString();
  await api('POST', 'bots', { meeting_url: 'https://zoom.us/j/5551112222', join_at, bot_name: 'Recorder' });
  await waitUntil(() =>
    ['bot.due', 'bot.state_change'].every((kind) => events.some((event) => event['detail-type'] === kind)),
  );
});
afterAll(() => stack?.close());

describe('what the running stack puts on its bus', () => {
  it('is of every kind there is', () => {
    expect([...new Set(events.map((event) => event['detail-type']))].sort()).toEqual([...webhookTriggers].sort());
  });

  it('is as docs/events.md says', () => {
    const validate = ajv.compile(JSON.parse(readDocBlock('events.md', 'schema')));
    for (const { detail } of events) expect(validate(detail) || ajv.errorsText(validate.errors)).toBe(true);
  });

  it('has no key that is not documented', () => {
    const validate = ajv.compile(notificationJsonSchema({ closed: true }));
    for (const { detail } of events) expect(validate(detail) || ajv.errorsText(validate.errors)).toBe(true);
  });

  it('comes from kalends, with its trigger as detail type', () => {
    for (const event of events) {
      const { payload } = notificationDetailSchema.parse(event.detail);
      expect(event).toMatchObject({ source: 'kalends', 'detail-type': payload.trigger });
    }
  });

  it('is matched by the documented pattern when a calendar of the project has lost access, and only then', () => {
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
