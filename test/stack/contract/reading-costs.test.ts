import { beforeAll, describe, expect, it } from 'vitest';
import { createBotRuleOperations } from '../../../shared/bot-rules/bot-rules.api.ts';
import { getBots } from '../../../shared/bots/bot-store.ts';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { createCalendarOperations } from '../../../shared/calendars/calendars.api.ts';
import { createContentPolicies } from '../../../shared/content-policy/content-policy-store.ts';
import { createCalendarEventOperations } from '../../../shared/events/events.api.ts';
import type { ApiRequest } from '../../../shared/http/api-request.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { findProjectByKeyHash } from '../../../shared/projects/project-store.ts';
import type { Table } from '../../../shared/store/table.ts';
import { projectShards } from '../../../shared/store/table-schema.ts';
import { freeLimiter } from '../../support/free-limiter.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const moment = Date.parse('2026-05-01T00:00:00Z');

const stack = useStack();
let projectId: ProjectId;
let calendar: Calendar;
let eventId: string;

beforeAll(async () => {
  ({ projectId } = stack.local);
  calendar = await seedCalendar(stack.table, projectId, { deduplication_key: 'key' });
  for (let index = 0; index < 29; index += 1) await seedCalendar(stack.table, projectId);
  const start_time = timestampOf(moment, 1);
  const events = Array.from({ length: 150 }, () => ({ start_time, end_time: start_time, created_at: start_time }));
  eventId = (await seedEvents(stack.table, calendar, events))[0]?.id ?? '';
});

const requestOf = (query: string, params: Record<string, string> = {}): ApiRequest => ({
  projectId,
  params,
  query: new URLSearchParams(query),
  url: 'https://example.com',
  body: () => ({}),
});

/** Requests to DynamoDB that an operation makes, finding the key's project included, and the rows it answers. */
async function costOf(
  read: (table: Table) => Promise<{ body?: unknown; json?: string }>,
): Promise<{ requests: number; rows: number }> {
  const recorded = recordTableCalls(stack.table);
  await findProjectByKeyHash(recorded.table, 'hash');
  const { body, json } = await read(recorded.table);
  const { results } = (json === undefined ? body : JSON.parse(json)) as { results?: unknown[] };
  return { requests: recorded.requests(), rows: results?.length ?? 1 };
}
const eventOperations = (counted: Table) =>
  createCalendarEventOperations({
    table: counted,
    getBots: (ids) => getBots(counted, ids),
    readMeetingHosts: async () => [],
    findContentPolicy: createContentPolicies(counted, createClock()),
    clock: createClock(),
    signingSecret: 's',
    limiter: freeLimiter,
    retentionDays: 30,
    pause: () => Promise.resolve(),
  });
const listEvents = (query: string) =>
  costOf((counted) => eventOperations(counted).listCalendarEvents(requestOf(query)));
const unused = (): never => {
  throw new Error('reading needs neither secrets nor the queue');
};
const unusedQueue = { send: unused, sendAll: unused, sendLook: unused, sendChange: unused, sendLong: unused };
const calendarsOf = (counted: Table) =>
  createCalendarOperations({
    table: counted,
    envelope: { seal: unused, open: unused },
    queues: { google: unusedQueue, microsoft: unusedQueue },
    clock: createClock(),
    newId: unused,
    logger: { error: unused },
    signingSecret: 's',
    publicUrl: 'https://kalends.example',
    limiter: freeLimiter,
    verify: unused,
  });

describe('a page of a hundred events', () => {
  it.each([
    ['', 0],
    ['&start_time_gte=2020-01-01', 0],
    ['&end_time_lte=2030-01-01&updated_at_gte=2020-01-01', 0],
    ['&ordering=start_time', 0],
    ['&ordering=start_time&end_time_lte=2030-01-01', 0],
    ['&ordering=start_time&updated_at_gte=2020-01-01', 0],
    ['&ordering=created_at', 1],
    // The index lacks the time of the filter.
    ['&ordering=created_at&end_time_lte=2030-01-01', 1],
  ])('costs two requests in a calendar, and those for rows that the index lacks: %s', async (query, rows) => {
    expect(await listEvents(`calendar_id=${calendar.id}${query}`)).toEqual({ requests: 2 + rows, rows: 100 });
  });

  it.each([
    ['', 0],
    ['ordering=end_time', 1],
    ['end_time_lte=2030-01-01&updated_at_gte=2020-01-01', 0],
  ])(
    'costs a request for each shard of the project index, and one more for the shard of all: %s',
    async (query, rows) => {
      expect(await listEvents(query)).toEqual({ requests: 1 + projectShards.events + 1 + rows, rows: 100 });
    },
  );

  it('costs one more when the calendar is named by its key', async () => {
    expect(await listEvents('calendar_deduplication_key=key')).toEqual({ requests: 3, rows: 100 });
  });

  it('costs no request for rows when a filter names nothing', async () => {
    expect(await listEvents('calendar_id=x')).toEqual({ requests: 1, rows: 0 });
    expect(await listEvents('calendar_id=')).toEqual({ requests: 1, rows: 0 });
  });
});

describe('reading', () => {
  it('one event costs two requests', async () => {
    expect(await listEvents(`event_id=${eventId}`)).toEqual({ requests: 2, rows: 1 });
    const read = (counted: Table) => eventOperations(counted).getCalendarEvent(requestOf('', { id: eventId }));
    expect(await costOf(read)).toEqual({ requests: 2, rows: 1 });
  });

  it('calendars costs a bounded number of requests', async () => {
    const list = (query: string) => costOf((counted) => calendarsOf(counted).listCalendars(requestOf(query)));
    expect(await list('')).toEqual({ requests: 2 + projectShards.calendars, rows: 25 });
    expect(await list('deduplication_key=key')).toEqual({ requests: 3, rows: 1 });
    expect(await list('deduplication_key=')).toEqual({ requests: 1, rows: 0 });
    const read = (counted: Table) => calendarsOf(counted).getCalendar(requestOf('', { id: calendar.id }));
    expect(await costOf(read)).toEqual({ requests: 2, rows: 1 });
  });
});

describe('reading decisions about bots', () => {
  const start_time = timestampOf(Date.now() + 86_400_000);
  const rulesOf = (counted: Table) =>
    createBotRuleOperations({
      table: counted,
      ruleQueue: { send: () => Promise.resolve() },
      clock: createClock(),
      logger: { error: () => undefined },
      signingSecret: 's',
    });
  const key = 1;
  const rules = 1;
  const rows = 1;
  const calendars = 1;
  /** Shards that have more than their part of the page are asked twice: those with several of the calendars, which are random. */
  const again = projectShards.events / 2;
  const expectBetween = (requests: number, least: number, more: number): void => {
    expect(requests).toBeGreaterThanOrEqual(least);
    expect(requests).toBeLessThanOrEqual(least + more);
  };

  it('costs a bounded number of requests a page for any number of calendars', async () => {
    const project = randomId('proj');
    const ask = (query: string, params = {}) => ({ ...requestOf(query, params), projectId: project });
    const events: { id: string }[] = [];
    for (let index = 0; index < 30; index += 1) {
      const content = (room: number) => ({ meeting_url: `https://zoom.us/j/${900_000_000 + room}` });
      const one = await seedCalendar(stack.table, project);
      const wanted = Array.from({ length: 5 }, (_, room) => ({
        start_time,
        end_time: timestampOf(Date.now() + 90_000_000),
        created_at: start_time,
        content: content(room),
      }));
      events.push(...(await seedEvents(stack.table, one, wanted)));
    }
    const dryRun = (query: string) => costOf((counted) => rulesOf(counted).listBotDecisions(ask(query)));
    // Without rules nothing joins, and nobody else matters.
    const none = await dryRun('');
    expect(none.rows).toBe(100);
    expectBetween(none.requests, key + rules + projectShards.events + rows + calendars, again);

    const put = { ...ask(''), body: () => ({ rules: [{ action: 'join' }] }) };
    await rulesOf(stack.table).putBotRules(put);
    const claims = 1;
    const settings = 1;
    // One for each hundred events without a bot, those of the same day around the page included.
    const waiting = 2;
    const page = key + rules + projectShards.events + rows + calendars + claims + settings + waiting;
    const around = projectShards.events + rows;
    const first = await dryRun('');
    expect(first.rows).toBe(100);
    // The calendars of the events around may be others.
    expectBetween(first.requests, page + around, calendars + 2 * again);
    const { json = '' } = await rulesOf(stack.table).listBotDecisions(ask(''));
    const cursor = new URL((JSON.parse(json) as { next: string }).next).search.slice(1);
    const second = await dryRun(cursor);
    expect(second.rows).toBe(50);
    const nothingBehind = projectShards.events;
    expectBetween(second.requests, page + around + nothingBehind, calendars + 3 * again);

    const found = 1;
    const read = (counted: Table) => rulesOf(counted).getBotDecision(ask('', { id: events[40]?.id ?? '' }));
    expect((await costOf(read)).requests).toBeLessThanOrEqual(
      key + rules + found + calendars + claims + settings + waiting + 2 * (around + again + calendars + claims),
    );
  });
});

describe('free and busy times of 50 calendars in 14 days', () => {
  it('cost at most 52 requests, the key included', async () => {
    const { projectId } = await stack.createProject('free and busy');
    const calendars: Calendar[] = [];
    const from = timestampOf(Date.parse('2026-05-01T00:00:00Z'));
    for (let index = 0; index < 50; index += 1) {
      const calendar = await seedCalendar(stack.table, projectId);
      calendars.push(calendar);
      // Six meetings on each of 28 days, of which the first fourteen are asked for.
      const events = Array.from({ length: index < 5 ? 168 : 14 }, (_, hour) => {
        const start = timestampOf(Date.parse('2026-05-01T00:00:00Z') + hour * 4 * 3_600_000);
        return { start_time: start, end_time: timestampOf(millisOf(start) + 3_600_000), created_at: from };
      });
      await seedEvents(stack.table, calendar, events);
    }
    const query = new URLSearchParams({
      calendar_ids: calendars.map(({ id }) => id).join(','),
      from: '2026-05-01T00:00:00Z',
      to: '2026-05-15T00:00:00Z',
    });
    const recorded = recordTableCalls(stack.table);
    await findProjectByKeyHash(recorded.table, 'hash');
    const answer = await calendarsOf(recorded.table).readFreeBusy({ ...requestOf(query.toString()), projectId });
    const { calendars: found } = answer.body as { calendars: { busy: unknown[] }[] };
    expect(found.map(({ busy }) => busy.length)).toEqual(calendars.map((_, index) => (index < 5 ? 84 : 14)));
    expect(recorded.requests()).toBeLessThanOrEqual(52);
  });
});
