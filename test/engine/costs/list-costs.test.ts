import { describe, expect, it } from 'vitest';
import { type EventListRequest, listCalendarEvents } from '../../../shared/events/list-calendar-events.ts';
import { readBusySpans } from '../../../shared/free-busy/free-busy-store.ts';
import type { ProjectId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import type { Table } from '../../../shared/store/table.ts';
import { orderings } from '../../../shared/store/table-schema.ts';
import { countUnits, type Units } from '../../support/count-units.ts';
import { seedCalendar, seedEvents } from '../../support/seed-events.ts';
import { createSyncHarness } from '../../support/sync-harness.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('list-costs');

const minute = 60_000;
const start = Date.parse('2026-05-01T00:00:00Z');

/** A project with so many calendars, whose events of about so many bytes begin, and were created, in turns. */
async function seed(calendars: number, events: number, bytes: number) {
  const { projectId, table } = createSyncHarness(stack);
  const noise = () => Array.from({ length: bytes }, () => String.fromCharCode(97 + Math.random() * 26)).join('');
  const ids: string[] = [];
  for (let index = 0; index < calendars; index += 1) {
    const calendar = await seedCalendar(table, projectId);
    const wanted = Array.from({ length: events }, (_, turn) => {
      const at = timestampOf(start + (turn * calendars + index) * minute, 1);
      return { start_time: at, end_time: at, created_at: at, raw: { description: noise() } };
    });
    await seedEvents(table, calendar, wanted);
    ids.push(calendar.id);
  }
  return { projectId, table, ids };
}

async function costOfPage(
  { table, projectId }: { table: Table; projectId: ProjectId },
  given: Pick<EventListRequest, 'ordering'> & Partial<EventListRequest>,
): Promise<Units & { rows: number }> {
  const meter = countUnits(table);
  const page = await listCalendarEvents(
    { table: meter.table, complete: (rows) => Promise.resolve(rows), bytesOf: () => 0 },
    projectId,
    {
      calendarId: null,
      deduplicationKey: null,
      eventId: null,
      updatedAtGte: null,
      startTimeGte: null,
      endTimeLte: null,
      ascending: true,
      cursor: null,
      ...given,
    },
  );
  return { ...meter.units(), rows: page.rows.length };
}

describe('a page of a hundred events of a project', () => {
  it.each([
    // Beside what all have: 24 shards, each at least half a unit for each request.
    ['many calendars', 60, 10, { requests: 26, updated_at: 40, others: 68 }],
    // One shard has the whole page, and is asked for it when the others are known to have nothing.
    ['one calendar', 1, 150, { requests: 26, updated_at: 25, others: 68 }],
  ])('costs these units at most, of %s', { timeout: 60_000 }, async (_what, calendars, events, most) => {
    const project = await seed(calendars, events, 100);
    for (const ordering of orderings) {
      const { reads, requests, rows } = await costOfPage(project, { ordering });
      process.stdout.write(`a page of a project by ${ordering.name}: ${reads} read units, ${requests} requests\n`);
      expect(rows).toBe(100);
      expect(requests).toBeLessThanOrEqual(most.requests);
      expect(reads).toBeLessThanOrEqual(ordering.name === 'updated_at' ? most.updated_at : most.others);
    }
  });
});

describe('a page of a calendar', () => {
  it('costs as much with filters that most events pass as without', async () => {
    const project = await seed(1, 400, 100);
    const [calendarId = null] = project.ids;
    const since = timestampOf(start + 10 * minute, 1);
    for (const ordering of orderings.slice(0, 3)) {
      const filters = { calendarId, ordering, ascending: false, isDeleted: false, updatedAtGte: since };
      expect(await costOfPage(project, filters)).toMatchObject({ rows: 100, requests: 1, reads: expect.any(Number) });
      expect((await costOfPage(project, filters)).reads).toBeLessThanOrEqual(25);
    }
  });

  it('looks at more events where few pass', async () => {
    const project = await seed(1, 400, 100);
    const [calendarId = null] = project.ids;
    const late = timestampOf(start + 390 * minute, 1);
    const [ordering] = orderings;
    expect(await costOfPage(project, { calendarId, ordering, startTimeGte: late })).toMatchObject({
      rows: 10,
      requests: 2,
    });
  });
});

describe('a page of a calendar with a filter by content', () => {
  it.each([
    ['most events pass', {}, { rows: 100, requests: 1, reads: 25 }],
    ['none passes', { hasMeetingUrl: true }, { rows: 0, requests: 2, reads: 80 }],
  ])('looks at more events only as long as it is not full: %s', async (_what, given, most) => {
    const project = await seed(1, 400, 100);
    const [calendarId = null] = project.ids;
    const [ordering] = orderings;
    const cost = await costOfPage(project, { calendarId, ordering, hasMeetingUrl: false, ...given });
    expect(cost).toMatchObject({ rows: most.rows, requests: most.requests });
    expect(cost.reads).toBeLessThanOrEqual(most.reads);
  });
});

describe('when the owner of a calendar with a hundred events is busy', () => {
  it.each([
    ['small', 100, { reads: 25, requests: 1 }],
    ['large', 3_500, { reads: 60, requests: 2 }],
  ])('is read for these units at most, of %s events', async (_what, bytes, most) => {
    const { table, ids, projectId } = await seed(1, 100, bytes);
    const meter = countUnits(table);
    const span = { from: timestampOf(start - minute), to: timestampOf(start + 1000 * minute) };
    await readBusySpans(meter.table, { id: ids[0] ?? '', project_id: projectId }, span);
    const { reads, requests } = meter.units();
    expect(reads).toBeLessThanOrEqual(most.reads);
    expect(requests).toBe(most.requests);
  });

  it('ends after so many large events, and states until when it is known', async () => {
    const { table, ids, projectId } = await seed(1, 250, 3_500);
    const calendar = { id: ids[0] ?? '', project_id: projectId };
    const span = { from: timestampOf(start - minute), to: timestampOf(start + 1000 * minute) };
    const whole = await readBusySpans(table, calendar, span, 250);
    expect(whole.until).toBeNull();
    expect(whole.spans).toHaveLength(250);
    const { spans, until } = await readBusySpans(table, calendar, span, 200);
    expect(spans).toHaveLength(200);
    expect(until).toBe(timestampOf(start + 199 * minute, 1));
  });
});
