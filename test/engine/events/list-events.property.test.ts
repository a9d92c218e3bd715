import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { EventRow } from '../../../shared/events/event-row.ts';
import { listCalendarEvents } from '../../../shared/events/list-calendar-events.ts';
import { type ProjectId, randomId } from '../../../shared/platform/ids.ts';
import { type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import type { PageCursor } from '../../../shared/store/page.ts';
import type { Table } from '../../../shared/store/table.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { createOwnTable } from '../../support/create-own-table.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { type SeededEvent, seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
let table: Table;
let projectId: ProjectId;
let events: SeededEvent[];
let calendars: string[];

const minute = 60_000;
const start = Date.parse('2026-05-01T00:00:00Z');
/** Few different times, so that many events share one. */
const timeAt = (step: number): Timestamp => timestampOf(start + step * minute, 1);
const steps = 40;
const random = (below: number): number => Math.floor(Math.random() * below);

beforeAll(async () => {
  table = openStackTable((await createOwnTable(stack, 'lists')).local);
  projectId = randomId('proj');
  calendars = [];
  events = [];
  for (const count of [1_200, 1_100, 3, ...Array.from({ length: 20 }, () => 30)]) {
    const calendar = await seedCalendar(table, projectId);
    calendars.push(calendar.id);
    const wanted = Array.from({ length: count }, (_, index) => {
      const created = random(steps);
      return {
        start_time: timeAt(random(steps)),
        end_time: timeAt(random(steps)),
        created_at: timeAt(created),
        ...(index % 3 === 0 && { changed_at: timeAt(created + random(steps)), is_deleted: index % 9 === 0 }),
        // Some rows are too large for an entry of an index.
        raw: index % 4 === 0 ? { noise: Array.from({ length: 900 }, () => random(36).toString(36)).join('') } : {},
      };
    });
    events.push(...(await seedEvents(table, calendar, wanted)));
  }
}, 120_000);

const step = fc.option(fc.integer({ min: 0, max: 2 * steps }).map(timeAt), { nil: null, freq: 2 });
const request = fc.record({
  calendar: fc.constantFrom(0, 1, 2, null),
  updatedAtGte: step,
  startTimeGte: step,
  endTimeLte: step,
  isDeleted: fc.constantFrom(true, false, null, null),
  overlapsFrom: step,
  overlapsTo: step,
  limit: fc.oneof(fc.constant(100), fc.integer({ min: 20, max: 100 })),
  ordering: fc.constantFrom(...orderings),
  ascending: fc.boolean(),
});

type Request = typeof request extends fc.Arbitrary<infer Value> ? Value : never;

/** The ids that a list must have, in its order. */
function expected({ calendar, ordering, ascending, ...filters }: Request): string[] {
  const { updatedAtGte, startTimeGte, endTimeLte, isDeleted, overlapsFrom, overlapsTo } = filters;
  const field = ordering.name;
  const sorted = events
    .filter(
      (event) =>
        (calendar === null || event.calendar_id === calendars[calendar]) &&
        (updatedAtGte === null || event.updated_at >= updatedAtGte) &&
        (startTimeGte === null || event.start_time >= startTimeGte) &&
        (endTimeLte === null || event.end_time <= endTimeLte) &&
        (isDeleted === null || event.is_deleted === isDeleted) &&
        (overlapsFrom === null || event.end_time > overlapsFrom) &&
        (overlapsTo === null || event.start_time < overlapsTo),
    )
    .map((event) => ({ id: event.id, position: `${event[field]}#${event.id}` }))
    .sort((a, b) => (a.position < b.position ? -1 : 1))
    .map(({ id }) => id);
  return ascending ? sorted : sorted.toReversed();
}

const readPage = ({ calendar, ...query }: Request, cursor: PageCursor | null) =>
  listCalendarEvents({ table, complete: (rows: EventRow[]) => Promise.resolve(rows), bytesOf: () => 0 }, projectId, {
    ...query,
    calendarId: calendar === null ? null : (calendars[calendar] ?? ''),
    deduplicationKey: null,
    eventId: null,
    cursor,
  });
type ReadPage = Awaited<ReturnType<typeof readPage>>;

describe('a list of events, page by page', () => {
  it('is what a naive model lists, both ways, in every order and with every filter', { timeout: 300_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(request, async (wanted) => {
        const model = expected(wanted);
        const forwards: string[] = [];
        let last: PageCursor | null = null;
        let next: PageCursor | null = null;
        do {
          last = next;
          const page: ReadPage = await readPage(wanted, last);
          expect(page.rows.length).toBeLessThanOrEqual(wanted.limit);
          forwards.push(...page.rows.map(({ event }) => event.id));
          ({ next } = page);
        } while (next);
        expect(forwards).toEqual(model);

        const lastPage = await readPage(wanted, last);
        const backwards = lastPage.rows.map(({ event }) => event.id);
        for (let back = lastPage.previous; back; ) {
          const page: ReadPage = await readPage(wanted, back);
          backwards.unshift(...page.rows.map(({ event }) => event.id));
          back = page.previous;
        }
        expect(backwards).toEqual(model);
      }),
      { numRuns: 25 },
    );
  });
});
