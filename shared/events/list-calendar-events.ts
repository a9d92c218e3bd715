import { findCalendarByKey } from '../calendars/calendar-look-up-store.ts';
import { calendarOfSeries, isId } from '../platform/ids.ts';
import { countFitting } from '../platform/sent-bytes.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Ordering } from '../store/table-schema.ts';
import { matchesContent } from './content-filters.ts';
import { type EventFilters, listEvents, passes } from './event-list-store.ts';
import type { EventRow } from './event-row.ts';
import { findEvent } from './event-store.ts';

const mostRows = 100;

export interface EventListRequest extends Omit<EventFilters, 'calendarId'> {
  calendarId: string | null;
  deduplicationKey: string | null;
  eventId: string | null;
  ordering: Ordering;
  ascending: boolean;
  cursor: PageCursor | null;
  /** Events in a page. */
  limit?: number;
}

export interface ListEventsDeps<Listed> {
  table: Table;
  /** Completes events, in their order, with what else the list shows. */
  complete: (rows: EventRow[]) => Promise<Listed[]>;
  /** Bytes of an event in the answer. They decide how many fit into a page. */
  bytesOf: (listed: Listed) => number;
}

/**
 * A page of a project's events. Requests: index (one, or one per shard; more with filters), rows (at most one, more with
 * filters that the index lacks), one to resolve a key, and those of `complete`.
 */
export async function listCalendarEvents<Listed>(
  { table, complete, bytesOf }: ListEventsDeps<Listed>,
  projectId: string,
  request: EventListRequest,
): Promise<Page<Listed>> {
  const nothing: Page<Listed> = { rows: [], next: null, previous: null };
  const calendarId = await resolveCalendar(table, projectId, request);
  if (calendarId === 'none') return nothing;
  if (request.eventId !== null) {
    const row = await findCalendarEvent(table, projectId, request.eventId);
    return row && fulfils(row, { ...request, calendarId }) ? { ...nothing, rows: await complete([row]) } : nothing;
  }

  const { cursor, ordering } = request;
  const read = await listEvents(
    table,
    projectId,
    { ...request, calendarId },
    {
      ordering,
      ascending: request.ascending !== (cursor?.direction === 'back'),
      from: cursor,
      limit: request.limit ?? mostRows,
    },
  );
  const listed = await complete(read.rows.map(({ row }) => row));
  // The page ends early after the last event that fits.
  const rows = listed.slice(0, countFitting(listed.map(bytesOf)));
  const positions = read.rows.map(({ position }) => position);
  const cut = rows.length < listed.length ? positions[rows.length - 1] : undefined;
  return pageOf({ rows, positions, end: cut ?? read.end }, cursor);
}

/** The one calendar that the filters name; null is any, and `none` means that they name no calendar together. */
async function resolveCalendar(
  table: Table,
  projectId: string,
  { calendarId: wanted, deduplicationKey, seriesId = null }: EventListRequest,
): Promise<string | null> {
  if (wanted !== null && !isId('cal', wanted)) return 'none';
  if (seriesId !== null && !isId('ser', seriesId)) return 'none';
  // A series is in one calendar.
  const calendarId = seriesId === null ? wanted : calendarOfSeries(seriesId);
  if (wanted !== null && calendarId !== wanted) return 'none';
  if (deduplicationKey === null) return calendarId;
  const keyed = deduplicationKey === '' ? null : await findCalendarByKey(table, projectId, deduplicationKey);
  return keyed !== null && (calendarId === null || calendarId === keyed) ? keyed : 'none';
}

const fulfils = ({ event }: EventRow, filters: EventFilters): boolean =>
  (filters.calendarId === null || event.calendar_id === filters.calendarId) &&
  passes(event, filters) &&
  matchesContent(event, filters);

/** @returns null when the event is absent, or belongs to another project */
export const findCalendarEvent = async (table: Table, projectId: string, id: string): Promise<EventRow | null> =>
  isId('evt', id) ? findEvent(table, projectId, id) : null;
