import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import { listNaively } from '../../support/list-naively.ts';
import { type SeededEvent, seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { useApiClient, useStack } from '../../support/use-stack.ts';

interface EventList {
  next: string | null;
  previous: string | null;
  results: { id: string; [field: string]: unknown }[];
}

const path = '/api/v1/calendar_events';
const base = Date.parse('2026-03-01T00:00:00Z');
/** One of few times, some a microsecond apart, so that many are equal and bounds are hit exactly. */
const timeAt = (step: number): Timestamp => timestampOf(base + Math.floor(step / 2) * 3_600_000, step % 2);

const stack = useStack();
const api = useApiClient(stack);
let calendars: Calendar[];
/** All events of the stack's own project. */
let events: SeededEvent[];
let foreign: { apiKey: string; calendar: Calendar; events: SeededEvent[] };

const seeded = (index: number): WantedEvent => ({
  start_time: timeAt((index * 7) % 10),
  end_time: timeAt(((index * 7) % 10) + ((index * 3) % 6)),
  created_at: timeAt(20 + ((index * 5) % 8)),
  ...(index % 3 === 0 && { changed_at: timeAt(30 + (index % 6)) }),
  is_deleted: index % 6 === 0,
});

beforeAll(async () => {
  const { projectId } = stack.local;
  calendars = [
    await seedCalendar(stack.table, projectId, { deduplication_key: 'first' }),
    await seedCalendar(stack.table, projectId, { deduplication_key: 'zweiter Schlüssel&=' }),
    await seedCalendar(stack.table, projectId),
    await seedCalendar(stack.table, projectId, { deduplication_key: 'empty' }),
  ];
  const [first, second, third] = calendars as [Calendar, Calendar, Calendar];
  const many = (count: number) => Array.from({ length: count }, (_, index) => seeded(index));
  events = [
    ...(await seedEvents(stack.table, first, many(220))),
    ...(await seedEvents(stack.table, second, many(60))),
    ...(await seedEvents(stack.table, third, many(40))),
  ];
  const other = await stack.createProject('other');
  const calendar = await seedCalendar(stack.table, other.projectId, { deduplication_key: 'first' });
  foreign = { apiKey: other.apiKey, calendar, events: await seedEvents(stack.table, calendar, many(30)) };
});

const list = async (query: Record<string, string>, apiKey?: string): Promise<EventList> => {
  const options = apiKey === undefined ? {} : { apiKey };
  const { status, body } = await api.call<EventList>(
    'GET',
    `${path}?${new URLSearchParams(query).toString()}`,
    options,
  );
  expect(status).toBe(200);
  return body;
};

async function readAll(query: Record<string, string>): Promise<EventList['results']> {
  const pages = [await list(query)];
  for (let next = pages[0]?.next; next; next = pages.at(-1)?.next) {
    pages.push((await api.call<EventList>('GET', next)).body);
  }
  return pages.flatMap(({ results }) => results);
}
const listAll = async (query: Record<string, string>): Promise<string[]> => (await readAll(query)).map(({ id }) => id);

const expectedOf = (query: Record<string, string>): string[] => listNaively({ calendars, events }, query);

const orderings = ['updated_at', 'start_time', 'end_time', 'created_at'].flatMap((name) => [name, `-${name}`]);

describe('the list of events', () => {
  it.each(orderings)('is ordered by %s, in the project and in a calendar', async (ordering) => {
    expect(await listAll({ ordering })).toEqual(expectedOf({ ordering }));
    const scoped = { ordering, calendar_id: calendars[0]?.id ?? '' };
    expect(await listAll(scoped)).toEqual(expectedOf(scoped));
  });

  it('gives for any combination of filters and ordering what filtering and sorting all events gives', async () => {
    const time = fc.nat({ max: 40 }).map(timeAt);
    const queries = fc.record(
      {
        calendar_id: fc.constantFrom(0, 1, 2, 3).map((index) => calendars[index]?.id ?? ''),
        calendar_deduplication_key: fc.constantFrom('first', 'zweiter Schlüssel&=', 'empty', 'unknown'),
        event_id: fc.constantFrom(0, 100, 300).map((index) => events[index]?.id ?? ''),
        updated_at_gte: fc.oneof(time, fc.constant('')),
        updated_after: time,
        start_time_gte: time,
        end_time_lte: time,
        is_deleted: fc.constantFrom('true', 'false'),
        overlaps_from: time,
        overlaps_to: time,
        exclude: fc.constant('raw'),
        limit: fc.integer({ min: 30, max: 100 }).map(String),
        ordering: fc.constantFrom(...orderings),
      },
      { requiredKeys: [] },
    );
    await fc.assert(
      fc.asyncProperty(queries, fc.nat({ max: 9 }), async (query, chance) => {
        // An event's id leaves so little that it is asked for in one of ten only.
        const { event_id: _event_id, ...others } = query;
        const asked = chance === 0 ? query : others;
        expect(await listAll(asked as Record<string, string>)).toEqual(expectedOf(asked as Record<string, string>));
      }),
      { numRuns: 120 },
    );
  });

  it('compares instants however a bound is spelled', async () => {
    const bound = timeAt(4);
    const expected = expectedOf({ start_time_gte: bound, ordering: 'start_time' });
    expect(expected.length).toBeGreaterThan(0);
    for (const start_time_gte of [
      '2026-03-01T02:00:00Z',
      '2026-03-01 02:00',
      '2026-03-01T05:00:00+03:00',
      '2026-03-01T00:00-0200',
    ]) {
      expect(await listAll({ start_time_gte, ordering: 'start_time' })).toEqual(expected);
    }
    const whole = expectedOf({ end_time_lte: bound, ordering: 'end_time' });
    expect(await listAll({ end_time_lte: '2026-03-01T02:00:00.0000009Z', ordering: 'end_time' })).toEqual(whole);
  });

  it('shows deleted events, marked as deleted', async () => {
    const deleted = events.filter(({ is_deleted }) => is_deleted).map(({ id }) => id);
    const marked = (await readAll({ updated_at_gte: timeAt(30) })).filter(({ is_deleted }) => is_deleted === true);
    expect(marked.map(({ id }) => id).sort()).toEqual(deleted.sort());
    expect(marked.every(({ status }) => status === 'cancelled')).toBe(true);
  });

  it('shows every field of the contract, in the form of the contract', async () => {
    const [event] = events as [SeededEvent];
    const page = await list({ event_id: event.id });
    expect(page).toEqual({ next: null, previous: null, results: [expect.any(Object)] });
    expect(page.results[0]).toMatchObject({
      id: event.id,
      calendar_id: calendars[0]?.id,
      platform_uuid: expect.any(String),
      meeting_url: null,
      name: 'Planning',
      start_time: '2026-03-01T00:00:00Z',
      end_time: '2026-03-01T00:00:00Z',
      is_deleted: true,
      attendees: [],
      ical_uid: null,
      raw: {},
      bots: [],
      created_at: '2026-03-01T10:00:00Z',
      updated_at: '2026-03-01T15:00:00Z',
    });
    const { status, body } = await api.call('GET', `${path}/${event.id}`);
    expect({ status, body }).toEqual({ status: 200, body: page.results[0] });
  });
});

describe('what a client asks of a list of events', () => {
  it('is how many are in a page', async () => {
    const { next, results } = await list({ limit: '7', ordering: 'start_time' });
    expect(results.map(({ id }) => id)).toEqual(expectedOf({ ordering: 'start_time' }).slice(0, 7));
    const { body } = await api.call<EventList>('GET', next ?? '');
    expect(body.results.map(({ id }) => id)).toEqual(expectedOf({ ordering: 'start_time' }).slice(7, 14));
  });

  it('is which keys are left out', async () => {
    const [whole] = (await list({ limit: '1' })).results;
    const { raw, ...others } = whole ?? { id: '' };
    expect(raw).toEqual({});
    expect((await list({ limit: '1', exclude: 'raw' })).results).toEqual([others]);
    const one = await api.call('GET', `${path}/${others.id}?exclude=raw`);
    expect(one.body).toEqual(others);
  });

  it.each([
    ['limit=0', 'Invalid limit. Use a whole number from 1 to 100'],
    ['exclude=raw,id', 'Invalid exclude. Allowed values: raw'],
    ['is_deleted=1', 'Invalid is_deleted. Allowed values: true, false'],
    ['overlaps_to=', 'Invalid overlaps_to format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)'],
  ])('is refused as %s', async (query, error) => {
    const { status, body } = await api.call('GET', `${path}?${query}`);
    expect({ status, body }).toEqual({ status: 400, body: { error } });
  });

  it('is bound to its cursor, where it is a filter', async () => {
    const { next } = await list({ ordering: 'start_time', limit: '5' });
    const cursor = new URL(next ?? '').searchParams.get('cursor') ?? '';
    for (const filter of ['is_deleted=false', 'overlaps_from=2020-01-01', 'overlaps_to=2030-01-01']) {
      const { status } = await api.call('GET', `${path}?ordering=start_time&${filter}&cursor=${cursor}`);
      expect([filter, status]).toEqual([filter, 404]);
    }
    expect((await api.call('GET', `${path}?ordering=start_time&limit=9&cursor=${cursor}`)).status).toBe(200);
  });

  it('is named where it is not known, and refused where the client is strict', async () => {
    const misspelt = `${path}?calender_id=${calendars[0]?.id}&limit=1`;
    const { status, headers } = await api.call('GET', misspelt);
    expect([status, headers.get('x-ignored-parameters'), headers.get('cache-control')]).toEqual([
      200,
      'calender_id',
      'no-store',
    ]);
    const strict = await api.call('GET', misspelt, { headers: { prefer: 'handling=strict' } });
    expect(strict.status).toBe(400);
    expect(strict.body['error']).toMatch(
      /^Unexpected parameter\(s\): calender_id\. Allowed parameters are: attendee, /,
    );
  });

  it('can be a time whose plus sign was not escaped', async () => {
    const expected = expectedOf({ start_time_gte: timeAt(4), ordering: 'start_time' }).slice(0, 100);
    const { body } = await api.call<EventList>(
      'GET',
      `${path}?ordering=start_time&start_time_gte=2026-03-01T04:00:00+02:00`,
    );
    expect(body.results.map(({ id }) => id)).toEqual(expected);
  });
});

describe('a filter of events', () => {
  const unknown = ['', 'x', 'cal_0000000000000000', '%00', 'é', 'huge'];
  it.each(['calendar_id', 'calendar_deduplication_key', 'event_id'])(
    'by %s that matches nothing gives an empty list',
    async (name) => {
      for (const value of unknown) {
        const { status, body } = await api.call('GET', `${path}?${name}=${value.replace('huge', 'x'.repeat(4000))}`);
        expect({ status, body }).toEqual({ status: 200, body: { next: null, previous: null, results: [] } });
      }
    },
  );

  it('that is repeated uses its last value', async () => {
    const [first, second] = calendars as [Calendar, Calendar];
    const { body } = await api.call<EventList>('GET', `${path}?calendar_id=${first.id}&calendar_id=${second.id}`);
    expect(new Set(body.results.map(({ calendar_id }) => calendar_id))).toEqual(new Set([second.id]));
  });

  const timeError = (name: string, example = '2025-01-13T10:30:00Z') =>
    `Invalid ${name} format. Use ISO 8601 format (e.g., ${example})`;
  it.each([
    ['updated_at_gte=yesterday', timeError('updated_at_gte')],
    ['updated_after=', timeError('updated_at_gte')],
    ['start_time_gte=', timeError('start_time_gte')],
    ['start_time_gte=2026-02-30', timeError('start_time_gte')],
    ['end_time_lte=%00', timeError('end_time_lte', '2025-01-13T18:00:00Z')],
    ['ordering=', 'ordering'],
    ['ordering=-id', 'ordering'],
  ])('is refused as %s', async (query, error) => {
    const allowed = '-updated_at, updated_at, start_time, -start_time, end_time, -end_time, created_at, -created_at';
    const expected = error === 'ordering' ? `Invalid ordering. Allowed values: ${allowed}` : error;
    const { status, body } = await api.call('GET', `${path}?${query}`);
    expect({ status, body }).toEqual({ status: 400, body: { error: expected } });
  });

  it('by an empty updated_at_gte is ignored, as unknown parameters are', async () => {
    expect(await listAll({ updated_at_gte: '', page_size: '1', ordering: 'created_at' })).toEqual(
      expectedOf({ ordering: 'created_at' }),
    );
  });
});

describe('the API key of another project', () => {
  it('shows only the events of that project, whatever the filter', async () => {
    const [ours] = events as [SeededEvent];
    const seen = async (query: Record<string, string>) =>
      (await list(query, foreign.apiKey)).results.map(({ id }) => id).sort();
    const theirs = foreign.events.map(({ id }) => id).sort();
    for (const ordering of orderings) expect(await seen({ ordering })).toEqual(theirs);
    expect(await seen({ calendar_deduplication_key: 'first' })).toEqual(theirs);
    expect(await seen({ calendar_deduplication_key: 'empty' })).toEqual([]);
    expect(await seen({ calendar_id: ours.calendar_id })).toEqual([]);
    expect(await seen({ event_id: ours.id })).toEqual([]);
    expect(await seen({ event_id: ours.id, calendar_id: ours.calendar_id, ordering: 'start_time' })).toEqual([]);
  });

  it('gets 404 for an event of this project, as for an unknown one', async () => {
    for (const [id, apiKey] of [
      [events[0]?.id, foreign.apiKey],
      [foreign.events[0]?.id, stack.local.apiKey],
      ['evt_0000000000000000', stack.local.apiKey],
      ['x'.repeat(3000), stack.local.apiKey],
      ['%00', stack.local.apiKey],
    ] as const) {
      const { status, body } = await api.call('GET', `${path}/${id}`, { apiKey });
      expect({ status, body }).toEqual({ status: 404, body: { error: 'Calendar event not found' } });
    }
  });
});
