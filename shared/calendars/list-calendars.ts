import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Calendar, Platform } from './calendar.ts';
import { findCalendarByKey, listCalendarRows } from './calendar-look-up-store.ts';
import { type CalendarWithSync, getCalendars } from './calendar-store.ts';

const usualPage = 25;

/** With filters a page looks at this many calendars at most; then it ends early, with `next`. */
const rowsPerRead = 100;
const readsPerPage = 5;

/** Filters of `GET /calendars` (docs/api-compatibility.md#calendars), ANDed. Absent or null: any. */
export interface CalendarFilters {
  deduplicationKey?: string | null | undefined;
  state?: Calendar['state'] | null;
  platform?: Platform | null;
  accountId?: string | null;
  /** Compared without regard to case. */
  accountEmail?: string | null;
}

/** A page of a project's calendars, newest first. @param request `limit`: calendars in the page */
export async function listCalendars(
  table: Table,
  projectId: string,
  request: CalendarFilters & { cursor: PageCursor | null; limit?: number },
): Promise<Page<CalendarWithSync>> {
  const { deduplicationKey = null, state = null, platform = null, cursor, limit = usualPage } = request;
  const { accountId = null, accountEmail = null } = request;
  const passes = ({ calendar }: CalendarWithSync): boolean =>
    (state === null || calendar.state === state) &&
    (platform === null || calendar.platform === platform) &&
    (accountId === null || calendar.account_id === accountId) &&
    (accountEmail === null || calendar.account_email?.toLowerCase() === accountEmail.toLowerCase());
  if (deduplicationKey !== null) {
    const id = deduplicationKey === '' ? null : await findCalendarByKey(table, projectId, deduplicationKey);
    const found = id === null ? [] : await getCalendars(table, projectId, [id]);
    return { rows: found.filter(passes), next: null, previous: null };
  }
  const isFiltered = [state, platform, accountId, accountEmail].some((filter) => filter !== null);
  const ascending = cursor?.direction === 'back';
  const rows: CalendarWithSync[] = [];
  const positions: string[] = [];
  let from: { position: string; inclusive?: boolean | undefined } | null = cursor;
  let end: string | null = null;
  for (let read = 0; read < (isFiltered ? readsPerPage : 1); read += 1) {
    const page = await listCalendarRows(table, projectId, { from, ascending, limit: isFiltered ? rowsPerRead : limit });
    const found = new Map<string, CalendarWithSync>(
      (await getCalendars(table, projectId, page.rows.map(idOf))).map((one) => [one.calendar.id, one]),
    );
    end = page.end;
    for (const row of page.rows) {
      const one = found.get(idOf(row));
      if (!one || !passes(one)) continue;
      rows.push(one);
      positions.push(String(row.by_created));
      if (rows.length < limit) continue;
      const isLast = row === page.rows.at(-1);
      return pageOf({ rows, positions, end: isLast ? end : String(row.by_created) }, cursor);
    }
    if (end === null) break;
    from = { position: end };
  }
  return pageOf({ rows, positions, end }, cursor);
}

const idOf = ({ PK }: { PK: string }): string => PK.slice('CALENDAR#'.length);
