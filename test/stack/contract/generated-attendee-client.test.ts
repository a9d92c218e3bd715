import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { runnerSettingNames } from '../../../shared/bots/runner-settings-fields.api.ts';
import { attendeeBotApi, inDays } from '../../support/attendee-client.ts';
import { attendeeOpenapi } from '../../support/attendee-openapi.ts';
import { attendeeBodies } from '../../support/attendee-values.ts';
import { startGeneratedAttendeeClient } from '../../support/generated-attendee-client.ts';
import { useOtherProject, useStack } from '../../support/use-stack.ts';

const stack = useStack();
const other = useOtherProject(stack);
type Fields = Record<string, unknown>;
let client: Awaited<ReturnType<typeof startGeneratedAttendeeClient>> = null;

beforeAll(async () => {
  client = await startGeneratedAttendeeClient({ url: stack.local.url, apiKey: other.apiKey });
});
afterAll(() => client?.close());

const need = () => {
  if (!client) throw new Error('no client');
  return client;
};
const done = async (call: Parameters<ReturnType<typeof need>['call']>[0], status = 200): Promise<Fields> => {
  const answer = await need().call(call);
  expect({ call, status: answer.status, text: answer.text }).toEqual({ call, status, text: expect.any(String) });
  return answer.body ?? {};
};

const at = (days: number): string => inDays(days).replace(/(\.\d+)Z$/, (_all, digits) => `${digits}000+00:00`);
const { properties } = attendeeOpenapi.components.schemas.CreateBotRequest as { properties: Fields };

/** With values that have a meaning here. A bot of an event takes link and time from it. */
const botBodies = (name: 'CreateBotRequest' | 'PatchedPatchBotRequest'): Fields[] =>
  attendeeBodies(name).map(({ calendar_event_id: _event, ...body }, index) => ({
    ...body,
    meeting_url: `https://zoom.us/j/555111${1000 + index}?pwd=456`,
    bot_name: `My Bot ${index}`,
    join_at: at(3 + index / 100),
    ...(name === 'CreateBotRequest' && { deduplication_key: `key ${index}` }),
  }));

/** Settings are stored for the runner and not answered. */
async function expectKept(given: Fields, answer: Fields): Promise<void> {
  const stored = await findBot(stack.table, other.projectId, String(answer['id']));
  for (const [name, value] of Object.entries(given)) {
    const kept = (runnerSettingNames as readonly string[]).includes(name) ? stored?.settings?.[name] : answer[name];
    expect({ [name]: name === 'join_at' ? Date.parse(String(kept)) : kept }).toEqual({
      [name]: name === 'join_at' ? Date.parse(String(value)) : value,
    });
  }
}

describe('the fields of Attendee’s document', () => {
  const own = ['meeting_url', 'bot_name', 'metadata', 'join_at', 'deduplication_key'];

  it('are those that POST /bots takes', () => {
    expect(Object.keys(properties).toSorted()).toEqual(['calendar_event_id', ...own, ...runnerSettingNames].toSorted());
    expect(Object.keys(attendeeBotApi.create.fields).toSorted()).toEqual([...own, ...runnerSettingNames].toSorted());
  });
});

describe('a client that a generator makes of Attendee’s document', { timeout: 120_000 }, () => {
  it('creates, reads and deletes bots with every field filled, and each of its values', async ({ skip }) => {
    if (!client) return skip('openapi-python-client is not installed (npm run generators)');
    const bodies = botBodies('CreateBotRequest');
    expect(bodies.length).toBeGreaterThan(2);
    for (const body of [
      ...bodies,
      { meeting_url: 'https://zoom.us/j/123?pwd=456', ...pick(bodies[0], 'bot_name metadata deduplication_key') },
    ]) {
      const bot = await done({ name: 'create_bot', body }, 201);
      await expectKept(body, bot);
      expect(await done({ name: 'get_bot', object_id: String(bot['id']) })).toMatchObject(
        pick(bot, 'id meeting_url metadata deduplication_key join_at'),
      );
      await done({ name: 'delete_scheduled_bot', object_id: String(bot['id']) });
    }
  });

  it('changes bots in every field, and lists them with every filter', async ({ skip }) => {
    if (!client) return skip('openapi-python-client is not installed (npm run generators)');
    const [body = {}] = botBodies('CreateBotRequest');
    const bot = await done({ name: 'create_bot', body }, 201);
    const id = String(bot['id']);
    let kept = body;
    for (const change of botBodies('PatchedPatchBotRequest')) {
      const one = Object.keys(change).map((name) => pick(change, name));
      for (const part of [...one, change]) {
        kept = { ...kept, ...part };
        await expectKept(kept, await done({ name: 'patch_bot', object_id: id, body: part }));
      }
    }
    const filters = {
      ...pick(kept, 'meeting_url deduplication_key'),
      join_at_after: at(1),
      join_at_before: at(9),
      states: attendeeBotApi.list.fields.states.at(-1),
    };
    const queries = [...Object.keys(filters).map((name) => pick(filters, name)), filters, {}];
    for (const query of queries) {
      const { results } = await done({ name: 'list_bots', query });
      expect({ query, results }).toMatchObject({ query, results: [{ id }] });
    }
    await done({ name: 'delete_scheduled_bot', object_id: id });
    expect((await need().call({ name: 'get_bot', object_id: id })).status).toBe(404);
  });

  it('creates, lists, changes and deletes calendars, and lists their events with every filter', async ({ skip }) => {
    if (!client) return skip('openapi-python-client is not installed (npm run generators)');
    const user = stack.simulate('google');
    user.insert('planning', 2, 'https://zoom.us/j/5551110000?pwd=456');
    const body = {
      platform: 'google',
      client_id: user.account.clientId,
      client_secret: user.account.clientSecret,
      refresh_token: user.account.refreshToken,
      platform_uuid: user.account.email,
      metadata: { tenant_id: '1' },
      deduplication_key: 'user-abcd',
    };
    expect(Object.keys(body).toSorted()).toEqual(
      Object.keys(attendeeBodies('CreateCalendarRequest')[0] ?? {}).toSorted(),
    );
    const calendar = await done({ name: 'create_calendar', body }, 201);
    const object_id = String(calendar['id']);
    expect(calendar).toMatchObject(pick(body, 'platform client_id platform_uuid metadata deduplication_key'));
    const listed = await done({ name: 'list_calendars', query: { deduplication_key: 'user-abcd' } });
    expect(listed).toMatchObject({ results: [{ id: object_id }] });
    const change = { ...pick(body, 'client_secret refresh_token'), metadata: { tenant_id: '2' } };
    expect(await done({ name: 'update_calendar', object_id, body: change })).toMatchObject({
      metadata: change.metadata,
    });
    await expect
      .poll(async () => (await done({ name: 'get_calendar', object_id }))['last_successful_sync_at'], {
        timeout: 20_000,
      })
      .not.toBeNull();

    const past = at(-1);
    const [event] = (await done({ name: 'list_calendar_events', query: {} }))['results'] as Fields[];
    expect(event).toMatchObject({ name: 'planning', meeting_url: 'https://zoom.us/j/5551110000?pwd=456', bots: [] });
    const filters = {
      calendar_id: object_id,
      calendar_deduplication_key: 'user-abcd',
      event_id: event?.['id'],
      start_time_gte: past,
      end_time_lte: at(2),
      updated_at_gte: past,
      updated_after: past,
    };
    const orderings = ['created_at', 'end_time', 'start_time', 'updated_at'].flatMap((name) => [name, `-${name}`]);
    const queries = [
      ...Object.keys(filters).map((name) => pick(filters, name)),
      ...orderings.map((ordering) => ({ ...filters, ordering })),
    ];
    for (const query of queries) {
      const { results } = await done({ name: 'list_calendar_events', query });
      expect({ query, results }).toMatchObject({ query, results: [{ id: event?.['id'] }] });
    }
    await done({ name: 'delete_calendar', object_id });
    expect((await need().call({ name: 'get_calendar', object_id })).status).toBe(404);
  });
});

function pick(fields: Fields | undefined, names: string): Fields {
  return Object.fromEntries(names.split(' ').map((name) => [name, fields?.[name]]));
}
