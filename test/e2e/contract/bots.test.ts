import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createProject } from '../../../shared/actions/create-project.ts';
import { millisOf, timestampOf } from '../../../shared/domain/timestamp.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import type { Table } from '../../../shared/store/table.ts';
import { type ApiClient, createApiClient } from '../../support/api-client.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

interface Bot {
  id: string;
  state: string;
  [field: string]: unknown;
}
interface List {
  next: string | null;
  previous: string | null;
  results: Bot[];
}

const path = '/api/v1/bots';
const hour = 3_600_000;
const link = 'https://zoom.us/j/5551112222';
const absent = { error: 'Bot not found' };
const keyTaken =
  'Deduplication key already in use. A bot in a non-terminal state with this deduplication key already exists. Please use a different deduplication key or wait for that bot to terminate.';

let stack: TestStack;
let api: ApiClient;
let table: Table;
let otherKey: string;
beforeAll(async () => {
  stack = await startTestStack();
  api = await createApiClient(stack.local);
  table = openStackTable(stack.local);
  ({ apiKey: otherKey } = await createProject({ table, clock: createClock() }, 'other'));
});
afterAll(async () => {
  table?.client.destroy();
  await stack?.close();
});

const inHours = (hours: number): string => new Date(stack.local.now() + hours * hour).toISOString();
const post = (json: object) => api.call<Bot>('POST', path, { json });
const create = async (given: object = {}): Promise<Bot> => {
  const { status, body } = await post({ meeting_url: link, join_at: inHours(3), bot_name: 'Recorder', ...given });
  expect(status).toBe(201);
  return body;
};
const list = async (query: string): Promise<List> => (await api.call<List>('GET', `${path}?${query}`)).body;

/** An event as a sync would have stored it. */
async function seedEvent({ hours = 3, meeting_url = link as string | null, is_deleted = false } = {}): Promise<string> {
  const calendar = await seedCalendar(table, stack.local.projectId);
  const start_time = timestampOf(stack.local.now() + hours * hour);
  const created_at = timestampOf(Date.now(), 1);
  const end_time = timestampOf(millisOf(start_time) + hour);
  const [event] = await seedEvents(table, calendar, [
    { start_time, end_time, created_at, meeting_url, ...(is_deleted && { is_deleted, changed_at: created_at }) },
  ]);
  return event?.id ?? '';
}

describe('creating a bot', () => {
  it('for an event takes link and time from it', async () => {
    const id = await seedEvent();
    const { status, body } = await post({ calendar_event_id: id, bot_name: 'Recorder', metadata: { a: 'b' } });
    expect(status).toBe(201);
    const event = (await api.call<{ start_time: string; bots: Bot[] }>('GET', `/api/v1/calendar_events/${id}`)).body;
    expect(body).toMatchObject({
      id: expect.stringMatching(/^bot_[A-Za-z0-9]{16}$/),
      metadata: { a: 'b' },
      meeting_url: link,
      state: 'scheduled',
      events: [],
      transcription_state: 'not_started',
      recording_state: 'not_started',
      join_at: event.start_time,
      deduplication_key: null,
    });
    expect(event.bots).toEqual([body]);
    const listed = await api.call<{ results: { bots: Bot[] }[] }>('GET', `/api/v1/calendar_events?event_id=${id}`);
    expect(listed.body.results[0]?.bots).toEqual([body]);
    expect((await api.call('GET', `${path}/${body.id}`)).body).toEqual(body);
  });

  it('for a link and a time takes those', async () => {
    const join_at = inHours(5);
    expect(await create({ join_at, deduplication_key: 'plain' })).toMatchObject({
      meeting_url: link,
      metadata: null,
      join_at: join_at.replace(/\.(\d{3})Z/, '.$1000Z').replace('.000000Z', 'Z'),
      deduplication_key: 'plain',
    });
  });

  it('names every missing field', async () => {
    const required = ['This field is required.'];
    expect((await post({})).body).toEqual({ bot_name: required });
    expect((await post({ bot_name: 'a' })).body).toEqual({ meeting_url: required, join_at: required });
    expect((await post({ bot_name: '', metadata: {}, meeting_url: 'meet', join_at: 'soon' })).body).toEqual({
      bot_name: ['This field may not be blank.'],
      metadata: ['Metadata must have at least one key'],
      meeting_url: ['Enter a valid URL.'],
      join_at: ['Invalid join_at format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    });
    expect((await post({ bot_name: 'a', meeting_url: link, join_at: inHours(1), voice: 'loud' })).body).toEqual({
      non_field_errors: [
        'Unexpected field(s): voice. Allowed fields are: bot_name, calendar_event_id, deduplication_key, join_at, meeting_url, metadata',
      ],
    });
  });

  const refused = async (given: object, answer: object) => {
    const { status, body } = await post({ bot_name: 'Recorder', ...given });
    expect({ status, body }).toEqual({ status: 400, body: answer });
  };

  it('for an unknown event, or another project’s, is refused', async () => {
    await refused(
      { calendar_event_id: 'evt_x' },
      { error: 'Calendar event with id evt_x does not exist in this project.' },
    );
    const id = await seedEvent();
    const foreign = await api.call('POST', path, {
      json: { bot_name: 'a', calendar_event_id: id },
      apiKey: otherKey,
    });
    expect(foreign.body).toEqual({ error: `Calendar event with id ${id} does not exist in this project.` });
  });

  it('with an event and a link or time of its own is refused', async () => {
    const calendar_event_id = await seedEvent();
    await refused(
      { calendar_event_id, meeting_url: link },
      {
        error:
          'meeting_url should not be provided when calendar_event_id is specified. The meeting URL will be taken from the calendar event.',
      },
    );
    await refused(
      { calendar_event_id, join_at: inHours(1) },
      {
        error:
          'join_at should not be provided when calendar_event_id is specified. The join time will be taken from the calendar event.',
      },
    );
  });

  it('for an event nobody can join is refused', async () => {
    await refused(
      { calendar_event_id: await seedEvent({ meeting_url: null }) },
      { meeting_url: ['This field may not be null.'] },
    );
    await refused(
      { calendar_event_id: await seedEvent({ hours: -0.1 }) },
      { join_at: ['join_at cannot be in the past'] },
    );
    const deleted = await seedEvent({ is_deleted: true });
    await refused({ calendar_event_id: deleted }, { error: `Calendar event with id ${deleted} is deleted.` });
    await refused({ meeting_url: link, join_at: inHours(-1) }, { join_at: ['join_at cannot be in the past'] });
  });

  it('is refused beyond twenty for an event', async () => {
    const calendar_event_id = await seedEvent();
    for (let made = 0; made < 20; made += 1) {
      expect((await post({ calendar_event_id, bot_name: 'a' })).status).toBe(201);
    }
    await refused({ calendar_event_id }, { error: 'A calendar event can have at most 20 bots.' });
  });

  it('is done once for an Idempotency-Key', async () => {
    const json = { meeting_url: link, join_at: inHours(3), bot_name: 'once' };
    const headers = { 'idempotency-key': 'bot-once' };
    const [first, second] = [
      await api.call<Bot>('POST', path, { json, headers }),
      await api.call<Bot>('POST', path, { json, headers }),
    ];
    expect(second.body.id).toBe(first.body.id);
  });
});

describe('a deduplication key', () => {
  it('is held by one bot, also when many want it at once, until that bot is gone', async () => {
    const wanted = Array.from({ length: 8 }, () =>
      post({ meeting_url: link, join_at: inHours(3), bot_name: 'a', deduplication_key: 'raced' }),
    );
    const answers = await Promise.all(wanted);
    const made = answers.filter(({ status }) => status === 201);
    expect(made).toHaveLength(1);
    for (const { status, body } of answers.filter((answer) => answer !== made[0])) {
      expect({ status, body }).toEqual({ status: 400, body: { error: keyTaken } });
    }
    expect((await api.call('DELETE', `${path}/${made[0]?.body.id}`)).status).toBe(200);
    expect((await create({ deduplication_key: 'raced' })).deduplication_key).toBe('raced');
  });

  it('is each project’s own', async () => {
    await create({ deduplication_key: 'shared' });
    const json = { meeting_url: link, join_at: inHours(3), bot_name: 'a', deduplication_key: 'shared' };
    expect((await api.call('POST', path, { json, apiKey: otherKey })).status).toBe(201);
  });
});

describe('listing bots', () => {
  it('goes through them in the order of their creation, page by page and back', async () => {
    const meeting_url = 'https://zoom.us/j/9990001111';
    const made: string[] = [];
    for (let index = 0; index < 30; index += 1) made.push((await create({ meeting_url })).id);
    const first = await list(`meeting_url=${encodeURIComponent(meeting_url)}`);
    expect(first.results.map(({ id }) => id)).toEqual(made.slice(0, 25));
    expect(first.previous).toBeNull();
    const second = (await api.call<List>('GET', first.next ?? '')).body;
    expect(second.results.map(({ id }) => id)).toEqual(made.slice(25));
    expect(second.next).toBeNull();
    const back = (await api.call<List>('GET', second.previous ?? '')).body;
    expect(back.results.map(({ id }) => id)).toEqual(made.slice(0, 25));
    const all: string[] = [];
    for (let next: string | null = path; next !== null; ) {
      const page: List = (await api.call<List>('GET', next)).body;
      expect(page.results.length).toBeLessThanOrEqual(25);
      all.push(...page.results.map(({ id }) => id));
      next = page.next;
    }
    expect(new Set(all).size).toBe(all.length);
    expect(all.filter((id) => made.includes(id))).toEqual(made);
  });

  it('filters by everything at once', async () => {
    const meeting_url = 'https://zoom.us/j/7770001111';
    const [early, late] = [
      await create({ meeting_url, join_at: '2035-01-01T10:00:00Z', deduplication_key: 'filter-a' }),
      await create({ meeting_url, join_at: '2035-01-01T12:00:00Z' }),
    ];
    const ids = async (query: string) =>
      (await list(`meeting_url=${encodeURIComponent(meeting_url)}&${query}`)).results.map(({ id }) => id);
    expect(await ids('')).toEqual([early.id, late.id]);
    expect(await ids('join_at_after=2035-01-01T10:00:00Z')).toEqual([late.id]);
    expect(await ids('join_at_before=2035-01-01T12:00:00Z')).toEqual([early.id]);
    expect(await ids('states=scheduled&states=ended')).toEqual([early.id, late.id]);
    expect(await ids('states=ended')).toEqual([]);
    expect(await ids('deduplication_key=filter-a')).toEqual([early.id]);
    expect(await ids('calendar_event_id=evt_x')).toEqual([]);
    const calendar_event_id = await seedEvent();
    const { body: bot } = await post({ calendar_event_id, bot_name: 'a' });
    expect((await list(`calendar_event_id=${calendar_event_id}`)).results).toEqual([bot]);
    expect((await list(`calendar_event_id=${calendar_event_id}&states=ended`)).results).toEqual([]);
  });

  it.each([
    ['join_at_after=soon', 'Invalid join_at_after format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    ['join_at_before=', 'Invalid join_at_before format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
    ['states=asleep', expect.stringMatching(/^Invalid states\. Allowed values: scheduled, staged, /)],
  ])('refuses %s', async (query, error) => {
    const { status, body } = await api.call('GET', `${path}?${query}`);
    expect({ status, body }).toEqual({ status: 400, body: { error } });
  });

  it('shows nothing of another project', async () => {
    const { id } = await create();
    expect((await api.call<List>('GET', `${path}?meeting_url=${link}`, { apiKey: otherKey })).body.results).not.toContainEqual(
      expect.objectContaining({ id }),
    );
    for (const method of ['GET', 'DELETE', 'PATCH']) {
      const { status, body } = await api.call(method, `${path}/${id}`, {
        apiKey: otherKey,
        ...(method === 'PATCH' && { json: {} }),
      });
      expect({ status, body }).toEqual({ status: 404, body: absent });
    }
  });
});

describe('changing a bot', () => {
  const patch = (id: string, json: object) => api.call<Bot>('PATCH', `${path}/${id}`, { json });

  it('without an event changes all it may', async () => {
    const { id } = await create();
    const changed = { metadata: { x: 'y' }, bot_name: 'Scribe', meeting_url: `${link}1`, join_at: '2036-01-01T00:00:00Z' };
    expect(await patch(id, changed)).toMatchObject({ status: 200, body: changed });
    expect((await api.call('GET', `${path}/${id}`)).body).toMatchObject(changed);
    expect((await patch(id, { join_at: inHours(-1) })).body).toEqual({ join_at: ['join_at cannot be in the past'] });
  });

  it('of an event leaves link and time to that', async () => {
    const { body: bot } = await post({ calendar_event_id: await seedEvent(), bot_name: 'a' });
    for (const json of [{ meeting_url: link }, { join_at: inHours(1) }]) {
      expect(await patch(bot.id, json)).toMatchObject({ status: 400, body: { error: expect.any(String) } });
    }
    expect(await patch(bot.id, { bot_name: 'b', metadata: { a: 'b' } })).toMatchObject({
      status: 200,
      body: { bot_name: 'b', metadata: { a: 'b' }, join_at: bot.join_at },
    });
  });

  it('refuses what is no field of it, and looks for the bot first', async () => {
    const { id } = await create();
    expect((await patch(id, { state: 'ended' })).body).toEqual({
      non_field_errors: ['Unexpected field(s): state. Allowed fields are: bot_name, join_at, meeting_url, metadata'],
    });
    expect(await patch('bot_x', { state: 'ended' })).toMatchObject({ status: 404, body: absent });
  });
});

describe('deleting a bot', () => {
  it('answers nothing, and the bot is gone', async () => {
    const calendar_event_id = await seedEvent();
    const { body: bot } = await post({ calendar_event_id, bot_name: 'a' });
    expect(await api.call('DELETE', `${path}/${bot.id}`)).toMatchObject({ status: 200, text: '' });
    expect(await api.call('GET', `${path}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect(await api.call('DELETE', `${path}/${bot.id}`)).toMatchObject({ status: 404, body: absent });
    expect((await api.call<{ bots: Bot[] }>('GET', `/api/v1/calendar_events/${calendar_event_id}`)).body.bots).toEqual([]);
  });

  it('is refused once the bot was handed off, whose runner says what becomes of it', async () => {
    const { id } = await create({ join_at: inHours(0.02) });
    const read = async () => (await api.call<Bot>('GET', `${path}/${id}`)).body;
    await waitUntil(async () => (await read()).state === 'staged');
    expect(await api.call('DELETE', `${path}/${id}`)).toMatchObject({
      status: 400,
      body: { error: 'Bot is in state staged but can only be deleted when in scheduled state' },
    });
    expect((await read()).events).toEqual([{ type: 'staged', created_at: expect.any(String) }]);
    const report = (json: object) => api.call<Bot>('POST', `${path}/${id}/state`, { json });
    expect(await report({ state: 'joining' })).toMatchObject({ status: 200, body: { state: 'joining' } });
    expect(await report({ state: 'scheduled' })).toMatchObject({
      status: 400,
      body: { state: ['"scheduled" is not a valid choice.'] },
    });
    expect((await report({ state: 'fatal_error', sub_type: 'kicked' })).body).toMatchObject({
      state: 'fatal_error',
      events: [{ type: 'staged' }, { type: 'joining' }, { type: 'fatal_error', sub_type: 'kicked' }],
    });
  });

  it('knows no state of a bot that was not handed off', async () => {
    const { id } = await create();
    expect(await api.call('POST', `${path}/${id}/state`, { json: { state: 'ended' } })).toMatchObject({ status: 400 });
  });
});

describe('the settings of a project’s bots', () => {
  const settings = '/api/v1/bot_settings';
  const patch = (json: object) => api.call('PATCH', settings, { json, apiKey: otherKey });
  const read = async () => (await api.call('GET', settings, { apiKey: otherKey })).body;

  it('are these unless they are changed, and never show a secret', async () => {
    api.forbid('hushed-attendee-key', 'aHVzaGVk');
    expect(await read()).toEqual({
      runner: 'eventbridge',
      attendee_base_url: null,
      attendee_webhook_path: expect.stringMatching(/^\/push\/attendee\/proj_\w{16}$/),
      follows_attendee: false,
      restore_bots_on_reconnect: false,
    });
    const required = ['This field is required.'];
    expect((await patch({ runner: 'attendee' })).body).toEqual({
      attendee_base_url: required,
      attendee_api_key: required,
    });
    expect((await patch({ runner: 'robot' })).body).toEqual({ runner: ['"robot" is not a valid choice.'] });
    expect((await patch({ attendee_base_url: 'http://10.0.0.1' })).status).toBe(400);
    const given = {
      runner: 'attendee',
      attendee_base_url: 'https://attendee.example.com/',
      attendee_api_key: 'hushed-attendee-key',
      attendee_webhook_secret: 'aHVzaGVk',
    };
    expect((await patch(given)).body).toMatchObject({
      runner: 'attendee',
      attendee_base_url: 'https://attendee.example.com',
      follows_attendee: true,
    });
    // The key of one server is not for another.
    expect((await patch({ attendee_base_url: 'https://other.example.com' })).body).toEqual({ attendee_api_key: required });
    expect((await patch({ runner: 'webhook', restore_bots_on_reconnect: true })).body).toMatchObject({
      runner: 'webhook',
      attendee_base_url: 'https://attendee.example.com',
      restore_bots_on_reconnect: true,
    });
  });
});
