import type { Timestamp } from '../platform/timestamp.ts';
import {
  filteredScan,
  type IndexRow,
  type OrderedRows,
  type RowPosition,
  readOrderedPage,
} from '../store/ordered-page.ts';
import type { Table } from '../store/table.ts';
import type { Ordering } from '../store/table-schema.ts';
import { type ContentFilters, isContentFiltered, matchesContent } from './content-filters.ts';
import { type EventRow, eventPartition, eventShards, readEventTimes } from './event-row.ts';
import { getEvents } from './event-store.ts';

/** Filters of `GET /calendar_events`, ANDed. */
export interface EventFilters extends ContentFilters {
  /** Events of one calendar; null is the whole project. */
  calendarId: string | null;
  updatedAtGte: Timestamp | null;
  startTimeGte: Timestamp | null;
  endTimeLte: Timestamp | null;
  /** Absent or null: no filter. */
  isDeleted?: boolean | null;
  /** Events that end after this time. */
  overlapsFrom?: Timestamp | null;
  /** Events that start before this time. */
  overlapsTo?: Timestamp | null;
}

interface EventPage {
  ordering: Ordering;
  ascending: boolean;
  from: RowPosition | null;
  limit: number;
}

/** An event of a list, with its position in the order. */
export interface ListedEvent {
  position: string;
  row: EventRow;
}

/**
 * A page of events: one request within a calendar, one per shard within a project, some more where filters leave out much
 * (`readOrderedPage`), and one for each hundred rows that the index does not have as a whole. A filter by a time that the index
 * lacks, or by content, is applied to the rows, so a page then looks at up to 1,100 of them.
 *
 * @returns `end`: position where reading ended; null when no event follows
 */
export async function listEvents(
  table: Table,
  projectId: string,
  filters: EventFilters,
  page: EventPage,
): Promise<{ rows: ListedEvent[]; end: string | null }> {
  const { attribute, partitionCopies, projectCopies } = page.ordering;
  const copies: readonly string[] = filters.calendarId === null ? projectCopies : partitionCopies;
  const isKnown = (name: string): boolean => name === attribute || copies.includes(name);
  const isCovered = !isContentFiltered(filters) && filteredAttributes(filters).every(isKnown);
  // An entry with the time of the last change shows which row is too old. Those of the project may be old themselves.
  const isConsistent = filters.calendarId !== null && !isKnown('by_updated');
  const found: ListedEvent[] = [];
  let from = page.from;
  for (const limit of isCovered ? [page.limit] : [page.limit, filteredScan]) {
    const read = await listEventRows(table, projectId, filters, { ...page, from, limit });
    const { end, isFull } = await addPassing(found, table, read, { filters, page, isConsistent });
    // Where the index has refused much, it has looked at enough.
    if (isFull || end === null || read.rows.length < limit) return { rows: found, end };
    from = { position: end };
  }
  return { rows: found, end: from?.position ?? null };
}

/**
 * Adds the events of index rows that pass the filters. One that was found before has moved since, and is where it was read
 * last.
 *
 * @returns `end`: position where reading ended; null at the end of all
 */
async function addPassing(
  found: ListedEvent[],
  table: Table,
  read: OrderedRows,
  { filters, page, isConsistent }: { filters: EventFilters; page: EventPage; isConsistent: boolean },
): Promise<{ end: string | null; isFull: boolean }> {
  const { attribute } = page.ordering;
  for (let from = 0; from < read.rows.length; ) {
    const some = read.rows.slice(from, from + rowsPerRead);
    const { events, missed } = await getEvents(table, some, { isConsistent });
    const byId = new Map<string, EventRow>(events.map((row) => [row.event.id, row]));
    for (const entry of some) {
      const row = byId.get(entry.SK);
      const former = found.findIndex((one) => one.row.event.id === entry.SK);
      if (former >= 0) found.splice(former, 1);
      if (!row || !passes(row.event, filters) || !matchesContent(row.event, filters)) continue;
      const last = found.at(-1);
      if (last && found.length === page.limit) return { end: last.position, isFull: true };
      found.push({ position: String(entry[attribute]), row });
    }
    from += some.length - missed;
    const lastRead = read.rows[from - 1];
    // Rows of several megabytes: what follows is left to the next page.
    if (missed > 0 && lastRead) return { end: String(lastRead[attribute]), isFull: true };
  }
  return { end: read.end, isFull: found.length === page.limit };
}

const rowsPerRead = 100;

/** The attributes by which a list is filtered. */
function filteredAttributes(filters: EventFilters): string[] {
  const attributes: Record<string, (Timestamp | boolean | null | undefined)[]> = {
    by_updated: [filters.updatedAtGte],
    by_start: [filters.startTimeGte, filters.overlapsTo],
    by_end: [filters.endTimeLte, filters.overlapsFrom],
    is_deleted: [filters.isDeleted],
  };
  return Object.keys(attributes).filter((name) => attributes[name]?.some((wanted) => wanted != null));
}

/** A page of index rows. What the index has is filtered. */
function listEventRows(table: Table, projectId: string, filters: EventFilters, page: EventPage): Promise<OrderedRows> {
  const { attribute, partitionIndex, projectIndex } = page.ordering;
  const { calendarId, updatedAtGte, startTimeGte, endTimeLte, overlapsFrom, overlapsTo } = filters;
  const byCalendar = calendarId !== null;
  // Bounds on the time of the order narrow the query. `~` is behind all events of a time.
  const bounds: Record<Ordering['attribute'], { low?: string | null | undefined; high?: string | null | undefined }> = {
    by_updated: { low: updatedAtGte },
    by_start: { low: startTimeGte, high: overlapsTo },
    by_end: { low: overlapsFrom && `${overlapsFrom}~`, high: endTimeLte && `${endTimeLte}~` },
    by_created: {},
  };
  const { low, high } = bounds[attribute];
  const isFiltered = filteredAttributes(filters).some((name) => name !== attribute);
  return readOrderedPage(table, {
    index: byCalendar ? partitionIndex : projectIndex,
    partitionAttribute: byCalendar ? 'PK' : 'project_shard',
    partitions: byCalendar ? [eventPartition(projectId, calendarId)] : eventShards(projectId),
    sortAttribute: attribute,
    ascending: page.ascending,
    from: page.from,
    limit: page.limit,
    low: low ?? undefined,
    high: high ?? undefined,
    accept: isFiltered ? (row) => passes(readEventTimes(row), filters) : undefined,
  });
}

/** What is not known passes: the row decides. */
export const passes = (
  { updated_at, start_time, end_time, is_deleted }: ReturnType<typeof readEventTimes>,
  { updatedAtGte, startTimeGte, endTimeLte, isDeleted, overlapsFrom, overlapsTo }: EventFilters,
): boolean =>
  (isDeleted == null || is_deleted === undefined || is_deleted === isDeleted) &&
  (!overlapsFrom || end_time === undefined || end_time > overlapsFrom) &&
  (!overlapsTo || start_time === undefined || start_time < overlapsTo) &&
  (!updatedAtGte || updated_at === undefined || updated_at >= updatedAtGte) &&
  (!startTimeGte || start_time === undefined || start_time >= startTimeGte) &&
  (!endTimeLte || end_time === undefined || end_time <= endTimeLte);

/**
 * A page of a project's events by the time they begin, one or two requests per shard.
 *
 * @param span both ends included
 */
export function listStartingEvents(
  table: Table,
  projectId: string,
  span: { from: Timestamp; to: Timestamp },
  page: { ascending: boolean; from: RowPosition | null; limit: number },
): Promise<OrderedRows> {
  return readOrderedPage(table, {
    index: 'project-by-start',
    partitionAttribute: 'project_shard',
    partitions: eventShards(projectId),
    sortAttribute: 'by_start',
    low: span.from,
    high: `${span.to}~`,
    ...page,
  });
}

/**
 * A page of a calendar's events, strongly consistent: one request, and one more where content is too large for the index.
 * `by: 'changes'` lists events that were changed since a time, deleted ones included, in the order of their changes;
 * `by: 'start'` lists events that start since then.
 *
 * @param from position where the page before this one ended
 * @param startsFrom leaves out the events that start before this time, whose rows are not read
 * @returns `end`: position where this page ended; null when no row follows
 */
export async function listEventsSince(
  table: Table,
  projectId: string,
  calendarId: string,
  {
    by,
    since,
    startsFrom,
    from,
    limit,
  }: { by: 'changes' | 'start'; since: Timestamp; startsFrom: Timestamp; from: string | undefined; limit: number },
): Promise<{ rows: EventRow[]; end: string | null }> {
  const sortAttribute = by === 'changes' ? 'by_updated' : 'by_start';
  const page = await readOrderedPage(table, {
    index: by === 'changes' ? 'partition-by-updated' : 'partition-by-start',
    partitionAttribute: 'PK',
    partitions: [eventPartition(projectId, calendarId)],
    sortAttribute,
    ascending: true,
    low: since,
    from: from === undefined ? null : { position: from },
    limit,
  });
  const isAhead = (row: IndexRow): boolean => {
    const { start_time } = readEventTimes(row);
    return start_time === undefined || start_time >= startsFrom;
  };
  const ahead = page.rows.filter(isAhead);
  const { events, missed } = await getEvents(table, ahead);
  // Rows of several megabytes: what follows is left to the next page.
  const last = missed > 0 ? ahead.at(-missed - 1) : undefined;
  return { rows: events, end: last ? String(last[sortAttribute]) : page.end };
}
