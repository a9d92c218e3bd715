import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import { findCalendarByKey, listCalendarRows } from './calendar-look-up-store.ts';
import { type CalendarWithSync, getCalendars } from './calendar-store.ts';

const pageSize = 25;

/**
 * A page of a project's calendars, newest first.
 *
 * @param deduplicationKey of the only calendar to list; undefined lists all
 */
export async function listCalendars(
  table: Table,
  projectId: string,
  { deduplicationKey, cursor }: { deduplicationKey: string | undefined; cursor: PageCursor | null },
): Promise<Page<CalendarWithSync>> {
  if (deduplicationKey !== undefined) {
    const id = deduplicationKey === '' ? null : await findCalendarByKey(table, projectId, deduplicationKey);
    return { rows: id === null ? [] : await getCalendars(table, projectId, [id]), next: null, previous: null };
  }
  const back = cursor?.direction === 'back';
  const read = await listCalendarRows(table, projectId, {
    from: cursor,
    ascending: back,
    limit: pageSize,
  });
  const ids = read.rows.map(({ PK }) => PK.slice('CALENDAR#'.length));
  return pageOf(
    {
      rows: await getCalendars(table, projectId, ids),
      positions: read.rows.map(({ by_created }) => String(by_created)),
      end: read.end,
    },
    cursor,
  );
}
