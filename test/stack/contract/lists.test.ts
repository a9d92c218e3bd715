import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Calendar } from '../../../shared/calendars/calendar.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { type SeededEvent, seedCalendar, seedEvents, type WantedEvent } from '../../support/seed-events.ts';
import { useApiClient, useOtherProject, useStack } from '../../support/use-stack.ts';

interface List {
  next: string | null;
  previous: string | null;
  results: { id: string }[];
}

const [calendarsPath, eventsPath] = ['/api/v1/calendars', '/api/v1/calendar_events'];
const invalidCursor = { status: 404, body: { detail: 'Invalid cursor' } };
const moment = Date.parse('2026-05-01T00:00:00Z');

const stack = useStack();
const api = useApiClient(stack);
const other = useOtherProject(stack);
let calendar: Calendar;
let events: SeededEvent[];

const event = (index: number, given: Partial<WantedEvent> = {}): WantedEvent => ({
  // Seven events share each instant.
  start_time: timestampOf(moment + Math.floor(index / 7)),
  end_time: timestampOf(moment + 1000),
  created_at: timestampOf(moment, 1),
  ...given,
});
const many = (count: number, given?: Partial<WantedEvent>) =>
  Array.from({ length: count }, (_, index) => event(index, given));
const newProject = (name: string) => stack.createProject(name);

beforeAll(async () => {
  calendar = await seedCalendar(stack.table, stack.local.projectId, { deduplication_key: 'key' });
  events = await seedEvents(stack.table, calendar, many(250));
});

const list = async (target: string, apiKey = stack.local.apiKey): Promise<List> => {
  const { status, body } = await api.call<List>('GET', target, { apiKey });
  expect(status).toBe(200);
  return body;
};
const idsOf = ({ results }: List): string[] => results.map(({ id }) => id);
async function walk(from: string, direction: 'next' | 'previous', apiKey?: string): Promise<List[]> {
  const pages = [await list(from, apiKey)];
  for (let on = pages[0]?.[direction]; on; on = pages.at(-1)?.[direction]) pages.push(await list(on, apiKey));
  return pages;
}

describe('the list of calendars', () => {
  it('shows the newest first, twenty-five a page, each once, forward and back', async () => {
    const { apiKey, projectId } = await newProject('many');
    const created: { id: string; created_at: string }[] = [];
    for (let index = 0; index < 60; index += 1) {
      // Three share each instant.
      created.push(
        await seedCalendar(stack.table, projectId, { created_at: timestampOf(moment + Math.floor(index / 3), 1) }),
      );
    }
    const newest = created
      .map(({ id, created_at }) => ({ id, position: `${created_at}#${id}` }))
      .sort((a, b) => (a.position < b.position ? 1 : -1))
      .map(({ id }) => id);

    const pages = await walk(calendarsPath, 'next', apiKey);
    expect(pages.map(({ results }) => results.length)).toEqual([25, 25, 10]);
    expect(pages.flatMap(idsOf)).toEqual(newest);
    const back = await walk(pages[2]?.previous ?? '', 'previous', apiKey);
    expect(back.map(idsOf)).toEqual([newest.slice(25, 50), newest.slice(0, 25)]);
    expect(back.at(-1)?.previous).toBeNull();
  });

  it('is filtered by state and platform, as many a page as asked for, each once, forward and back', async () => {
    const { apiKey, projectId } = await newProject('filtered');
    const all: { id: string; platform: string; state: string }[] = [];
    for (let index = 0; index < 30; index += 1) {
      all.unshift(
        await seedCalendar(stack.table, projectId, {
          created_at: timestampOf(moment + index, 1),
          platform: index % 2 === 0 ? 'google' : 'microsoft',
          state: index % 3 === 0 ? 'disconnected' : 'connected',
          ...(index === 7 && { deduplication_key: 'seven' }),
        }),
      );
    }
    for (const [query, wanted] of [
      ['state=disconnected&limit=4', all.filter(({ state }) => state === 'disconnected')],
      ['platform=google&limit=15', all.filter(({ platform }) => platform === 'google')],
      [
        'platform=microsoft&state=connected&limit=3',
        all.filter(({ platform, state }) => platform === 'microsoft' && state === 'connected'),
      ],
      ['limit=30', all],
      ['limit=7', all],
    ] as const) {
      const limit = Number(new URLSearchParams(query).get('limit'));
      const pages = await walk(`${calendarsPath}?${query}`, 'next', apiKey);
      expect(pages.every(({ results }) => results.length <= limit)).toBe(true);
      expect([query, pages.flatMap(idsOf)]).toEqual([query, wanted.map(({ id }) => id)]);
      const last = pages.at(-1);
      const back = last?.previous ? await walk(last.previous, 'previous', apiKey) : [];
      expect([...back.toReversed(), last as List].flatMap(idsOf)).toEqual(wanted.map(({ id }) => id));
    }
    expect(idsOf(await list(`${calendarsPath}?deduplication_key=seven&platform=microsoft`, apiKey))).toHaveLength(1);
    expect(idsOf(await list(`${calendarsPath}?deduplication_key=seven&platform=google`, apiKey))).toEqual([]);
    const bad = await api.call('GET', `${calendarsPath}?state=lost`, { apiKey });
    expect([bad.status, bad.body]).toEqual([400, { error: 'Invalid state. Allowed values: connected, disconnected' }]);
  });

  it('is empty in a project without any', async () => {
    expect(await list(calendarsPath, other.apiKey)).toEqual({ next: null, previous: null, results: [] });
    expect(await list(`${calendarsPath}?cursor=`, other.apiKey)).toEqual({ next: null, previous: null, results: [] });
  });
});

describe('the list of events', () => {
  it.each(['', `calendar_deduplication_key=key&`])(
    'shows a hundred a page, each once, forward and back: ?%s',
    async (scope) => {
      const pages = await walk(`${eventsPath}?${scope}ordering=start_time`, 'next');
      const ordered = events
        .map(({ id, start_time }) => ({ id, position: `${start_time}#${id}` }))
        .sort((a, b) => (a.position < b.position ? -1 : 1))
        .map(({ id }) => id);
      expect(pages.map(({ results }) => results.length)).toEqual([100, 100, 50]);
      expect(pages.flatMap(idsOf)).toEqual(ordered);
      expect(pages[0]?.previous).toBeNull();
      const back = await walk(pages[2]?.previous ?? '', 'previous');
      expect(back.map(idsOf)).toEqual([ordered.slice(100, 200), ordered.slice(0, 100)]);
      expect((await list(back[1]?.next ?? '')).results.map(({ id }) => id)).toEqual(ordered.slice(100, 200));
    },
  );

  it('links to the next and previous page with all parameters unchanged, repeated and unknown ones too', async () => {
    const query = `?tag=a&ordering=start_time&tag=b%20c%26d&%C3%BC=%F0%9F%98%80&empty=&start_time_gte=2026-05-01T02%3A00%2B02:00`;
    const { next } = await list(`${eventsPath}${query}`);
    expect(next?.startsWith(`${stack.local.url}${eventsPath}?`)).toBe(true);
    const { previous } = await list(next ?? '');
    for (const link of [next, previous]) {
      const parameters = new URL(link ?? '').searchParams;
      expect(parameters.getAll('cursor')).toHaveLength(1);
      parameters.delete('cursor');
      expect([...parameters]).toEqual([
        ['tag', 'a'],
        ['ordering', 'start_time'],
        ['tag', 'b c&d'],
        ['ü', '😀'],
        ['empty', ''],
        ['start_time_gte', '2026-05-01T02:00+02:00'],
      ]);
    }
  });

  it('ends a page early rather than exceed the size of an answer', async () => {
    const big = await seedCalendar(stack.table, stack.local.projectId, { deduplication_key: 'big' });
    // Stored compressed, 96 of them fit into a commit, but never into an answer, in which quotes are escaped twice.
    const raw = () => ({ text: randomBytes(38_000).toString('hex'), quotes: '"'.repeat(20_000) });
    await seedEvents(
      stack.table,
      big,
      many(3).flatMap((one) => Array.from({ length: 32 }, () => ({ ...one, raw: raw() }))),
    );
    const pages = await walk(`${eventsPath}?calendar_deduplication_key=big&ordering=created_at`, 'next');
    expect(pages.length).toBeGreaterThan(2);
    const ids = pages.flatMap(idsOf);
    expect([ids.length, new Set(ids).size]).toEqual([96, 96]);
    const back = await walk(pages.at(-1)?.previous ?? '', 'previous');
    expect(back.toReversed().flatMap(idsOf)).toEqual(ids.slice(0, -(pages.at(-1)?.results.length ?? 0)));
  });

  it('finds the few events of a filter among many, forward and back', async () => {
    const sparse = await seedCalendar(stack.table, stack.local.projectId, { deduplication_key: 'sparse' });
    const late = timestampOf(moment + 86_400_000);
    const changed = new Set([3, 1197, 1198, 1199, 1200]);
    const all = Array.from({ length: 1300 }, (_, index) =>
      event(index, { start_time: timestampOf(moment + index), ...(changed.has(index) && { changed_at: late }) }),
    );
    const wanted = (await seedEvents(stack.table, sparse, all))
      .filter((_, index) => changed.has(index))
      .map(({ id }) => id);
    const pages = await walk(
      `${eventsPath}?calendar_deduplication_key=sparse&ordering=start_time&updated_at_gte=2026-05-02`,
      'next',
    );
    expect(pages.flatMap(idsOf)).toEqual(wanted);
    const back = await walk(pages.at(-1)?.previous ?? '', 'previous');
    expect([...back.toReversed().flatMap(idsOf), ...idsOf(pages.at(-1) as List)]).toEqual(wanted);
  });

  it('is empty and has no links when nothing matches the filter', async () => {
    const page = await list(`${eventsPath}?calendar_id=${calendar.id}&start_time_gte=2030-01-01`);
    expect(page).toEqual({ next: null, previous: null, results: [] });
  });
});

describe('a cursor of a list', () => {
  const cursorOf = (link: string | null): string => new URL(link ?? '').searchParams.get('cursor') ?? '';
  const get = async (target: string, apiKey = stack.local.apiKey) => {
    const { status, body } = await api.call('GET', target, { apiKey });
    return { status, body };
  };

  it('that is empty gives the first page', async () => {
    expect(await list(`${eventsPath}?cursor=`)).toMatchObject({
      previous: null,
      results: idsAnd(await list(eventsPath)),
    });
  });
  const idsAnd = ({ results }: List) => results.map(({ id }) => expect.objectContaining({ id }));

  it.each([calendarsPath, eventsPath])('that is no cursor is refused by %s', async (path) => {
    for (const cursor of ['x', '.', 'e30.', '%00', '%ED%A0%80', 'null', '0', '%20', 'x'.repeat(4000)]) {
      expect(await get(`${path}?cursor=${cursor}`)).toEqual(invalidCursor);
    }
  });

  it('is bound to its project, list, filters and ordering', async () => {
    const { next } = await list(`${eventsPath}?ordering=start_time`);
    const cursor = cursorOf(next);
    expect((await get(`${eventsPath}?ordering=start_time&unknown=1&cursor=${cursor}`)).status).toBe(200);
    for (const query of [
      '',
      'ordering=-start_time&',
      'ordering=end_time&',
      `ordering=start_time&calendar_id=${calendar.id}&`,
      'ordering=start_time&calendar_deduplication_key=key&',
      'ordering=start_time&start_time_gte=2020-01-01&',
      'ordering=start_time&end_time_lte=2030-01-01&',
      'ordering=start_time&updated_at_gte=2020-01-01&',
      'ordering=start_time&event_id=x&',
    ]) {
      expect(await get(`${eventsPath}?${query}cursor=${cursor}`)).toEqual(invalidCursor);
    }
    expect(await get(`${eventsPath}?ordering=start_time&cursor=${cursor}`, other.apiKey)).toEqual(invalidCursor);
    expect(await get(`${calendarsPath}?cursor=${cursor}`)).toEqual(invalidCursor);
  });

  it('is refused when it was changed', async () => {
    const cursor = cursorOf((await list(eventsPath)).next);
    const [payload = '', signature = ''] = cursor.split('.');
    const position = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { position: string };
    const forged = Buffer.from(JSON.stringify({ ...position, position: '9' })).toString('base64url');
    for (const text of [`${forged}.${signature}`, `${payload}.`, payload, `${cursor}a`, `${signature}.${payload}`]) {
      expect(await get(`${eventsPath}?cursor=${text}`)).toEqual(invalidCursor);
    }
    expect(await get(`${eventsPath}?cursor=${cursor}&cursor=x`)).toEqual(invalidCursor);
  });

  it('that is invalid is reported after an invalid filter', async () => {
    expect((await get(`${eventsPath}?cursor=x&ordering=x`)).status).toBe(400);
  });
});
