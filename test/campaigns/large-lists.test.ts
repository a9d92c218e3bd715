import * as fc from 'fast-check';
import { beforeAll, expect, it } from 'vitest';
import type { Calendar } from '../../shared/calendars/calendar.ts';
import { listCalendarEvents } from '../../shared/events/list-calendar-events.ts';
import { eventIdOf, randomId } from '../../shared/platform/ids.ts';
import { type Timestamp, timestampOf } from '../../shared/platform/timestamp.ts';
import type { Page, PageCursor } from '../../shared/store/page.ts';
import { type Ordering, orderings } from '../../shared/store/table-schema.ts';
import { writeAll } from '../../shared/store/write-all.ts';
import { eventItem } from '../../shared/sync/event-write-row.ts';
import { createEventContent } from '../support/event-content.ts';
import { rowLeftBy } from '../support/row-left-by.ts';
import { type SeededEvent, seedCalendar } from '../support/seed-events.ts';
import { useOwnTable } from '../support/use-stack.ts';

/** `npm run campaign` reads among 300,000 rows; a few belong to every test run. */
const isCampaign = process.env.KALENDS_CAMPAIGN_RUNS !== undefined;
const count = isCampaign ? 300_000 : 3_000;
const runs = isCampaign ? 300 : 10;
/** A walk reads so many pages in each direction. */
const pages = 8;

const table = useOwnTable('large-lists');
const projectId = randomId('proj');

/** Few different times, so that many events share one. */
const steps = count / 60;
const timeAt = (step: number): Timestamp => timestampOf(Date.parse('2026-05-01T00:00:00Z') + step * 60_000, 1);
const random = (below: number): number => Math.floor(Math.random() * below);

/** What the lists must have: the events of each order, ascending, with their positions. */
type Ordered = { event: SeededEvent; position: string }[];
const calendars: Calendar[] = [];
const model = new Map<Ordering['name'], Ordered>();

/** The row of an event as a sync leaves it, every fourth one too large for an entry of an index. */
function rowOf(calendar: Calendar, index: number): { row: Record<string, unknown>; event: SeededEvent } {
  const uuid = `event-${index}`;
  const id = eventIdOf(calendar.id, uuid);
  const [start_time, end_time, created_at] = [timeAt(random(steps)), timeAt(random(steps)), timeAt(random(steps))];
  const updated_at = index % 3 === 0 ? timeAt(steps + random(steps)) : created_at;
  const raw = index % 4 === 0 ? { noise: Array.from({ length: 900 }, () => random(36).toString(36)).join('') } : {};
  const content = createEventContent({ platform_uuid: uuid, start_time, end_time, raw });
  const write = { type: 'created' as const, id, content, content_hash: uuid, updated_at, expires_at: 4_000_000_000 };
  const row = { ...rowLeftBy(eventItem(calendar, write)), by_created: `${created_at}#${id}` };
  const event = { id, calendar_id: calendar.id, start_time, end_time, created_at, updated_at, is_deleted: false };
  return { row, event };
}

beforeAll(async () => {
  const began = performance.now();
  for (let index = 0; index < 20; index += 1) calendars.push(await seedCalendar(table, projectId));
  const events: SeededEvent[] = [];
  const writers = 8;
  await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      for (let from = writer * 500; from < count; from += writers * 500) {
        const rows = Array.from({ length: Math.min(500, count - from) }, (_none, offset) => {
          // The first calendar has half of all events, the others have ever fewer.
          const own = Math.min(calendars.length - 1, Math.floor(-Math.log2(Math.random())));
          return rowOf(calendars[own] as Calendar, from + offset);
        });
        events.push(...rows.map(({ event }) => event));
        await writeAll(
          table,
          rows.map(({ row }) => ({ PutRequest: { Item: row } })),
        );
      }
    }),
  );
  for (const { name } of orderings) {
    const ordered = events.map((event) => ({ event, position: `${event[name]}#${event.id}` }));
    model.set(
      name,
      ordered.sort((a, b) => (a.position < b.position ? -1 : 1)),
    );
  }
  process.stdout.write(`${count} rows in ${Math.round((performance.now() - began) / 1000)} s\n`);
}, 1_200_000);

const bound = fc.option(fc.integer({ min: 0, max: 2 * steps }).map(timeAt), { nil: null, freq: 2 });
const request = fc.record({
  calendar: fc.option(fc.constantFrom(0, 0, 1, 4, 8, 19), { nil: null }),
  updatedAtGte: bound,
  startTimeGte: bound,
  endTimeLte: bound,
  ordering: fc.constantFrom(...orderings),
  ascending: fc.boolean(),
  /** Where the walk begins, as a part of what is listed. */
  begin: fc.double({ min: 0, max: 1, noNaN: true }),
});
type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

function expected({ calendar, updatedAtGte, startTimeGte, endTimeLte, ordering, ascending }: Request): Ordered {
  const own = calendar === null ? null : calendars[calendar]?.id;
  const listed = (model.get(ordering.name) ?? []).filter(
    ({ event }) =>
      (own === null || event.calendar_id === own) &&
      (updatedAtGte === null || event.updated_at >= updatedAtGte) &&
      (startTimeGte === null || event.start_time >= startTimeGte) &&
      (endTimeLte === null || event.end_time <= endTimeLte),
  );
  return ascending ? listed : listed.toReversed();
}

async function readPage(
  { calendar, ...query }: Omit<Request, 'begin'>,
  cursor: PageCursor | null,
): Promise<Page<string>> {
  const { rows, ...page } = await listCalendarEvents(
    { table, complete: (found) => Promise.resolve(found), bytesOf: () => 0 },
    projectId,
    {
      ...query,
      calendarId: calendar === null ? null : (calendars[calendar]?.id ?? ''),
      deduplicationKey: null,
      eventId: null,
      cursor,
    },
  );
  expect(rows.length).toBeLessThanOrEqual(100);
  return { ...page, rows: rows.map(({ event }) => event.id) };
}

let read = 0;

it(`lists among ${count} events are what a naive model lists, from any cursor, both ways`, {
  timeout: 1_200_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(request, async (wanted) => {
      const all = expected(wanted);
      const before = Math.floor(wanted.begin * all.length);
      const last = all[before - 1];
      let cursor: PageCursor | null = last ? { direction: 'forward', position: last.position } : null;
      const forwards: string[] = [];
      let end: Page<string> | undefined;
      for (let page = 0; page < pages && (cursor || page === 0); page += 1) {
        end = await readPage(wanted, cursor);
        forwards.push(...end.rows);
        cursor = end.next;
        read += 1;
      }
      const rest = all.slice(before).map(({ event }) => event.id);
      expect(forwards).toEqual(cursor === null ? rest : rest.slice(0, forwards.length));

      // Back from the last page: what lies before it, without a gap.
      const first = before + forwards.length - (end?.rows.length ?? 0);
      const backwards: string[] = [];
      let back = end?.previous ?? null;
      for (let page = 0; page < pages && back; page += 1) {
        const { rows, previous } = await readPage(wanted, back);
        backwards.unshift(...rows);
        back = previous;
        read += 1;
      }
      const earlier = all.slice(0, first).map(({ event }) => event.id);
      expect(backwards).toEqual(back === null ? earlier : earlier.slice(earlier.length - backwards.length));
    }),
    { numRuns: runs },
  );
  process.stdout.write(`${read} pages read\n`);
});
