import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows, getRows } from '../store/batch-get.ts';
import { exists } from '../store/expression.ts';
import { type IndexRow, type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { readableRow, unreadable } from '../store/readable-rows.ts';
import type { RowKey } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { eventByIdIndex, type Ordering, subsetIndex } from '../store/table-schema.ts';
import { deleteAll } from '../store/write-all.ts';
import { updateRow } from '../store/write-row.ts';
import {
  type EventRest,
  type EventRow,
  eventKey,
  eventPartition,
  eventShards,
  readEventRow,
  readEventTimes,
  readRest,
} from './event-row.ts';

/** Filters of `GET /calendar_events`, ANDed. */
export interface EventFilters {
  /** Events of one calendar; null is the whole project. */
  calendarId: string | null;
  updatedAtGte: Timestamp | null;
  startTimeGte: Timestamp | null;
  endTimeLte: Timestamp | null;
}

/** A page of index rows: one request within a calendar, one per shard within a project. */
export function listEventRows(
  table: Table,
  projectId: string,
  filters: EventFilters,
  page: { ordering: Ordering; ascending: boolean; from: RowPosition | null; limit: number },
): Promise<OrderedRows> {
  const { attribute, partitionIndex, projectIndex } = page.ordering;
  const { calendarId, updatedAtGte, startTimeGte, endTimeLte } = filters;
  const byCalendar = calendarId !== null;
  // A bound on the time of the order narrows the query. The index rows have the other times, which are filtered after it.
  const low = { by_updated: updatedAtGte, by_start: startTimeGte, by_end: null, by_created: null }[attribute];
  const high = attribute === 'by_end' ? endTimeLte : null;
  const others =
    (updatedAtGte && attribute !== 'by_updated') ||
    (startTimeGte && attribute !== 'by_start') ||
    (endTimeLte && attribute !== 'by_end');
  return readOrderedPage(table, {
    index: byCalendar ? partitionIndex : projectIndex,
    partitionAttribute: byCalendar ? 'PK' : 'project_shard',
    partitions: byCalendar ? [eventPartition(projectId, calendarId)] : eventShards(projectId),
    sortAttribute: attribute,
    ascending: page.ascending,
    from: page.from,
    limit: page.limit,
    low: low ?? undefined,
    high: high ? `${high}~` : undefined,
    accept: others ? (row) => passes(row, filters) : undefined,
  });
}

function passes(row: IndexRow, { updatedAtGte, startTimeGte, endTimeLte }: EventFilters): boolean {
  const { updated_at, start_time, end_time } = readEventTimes(row);
  return (
    (!updatedAtGte || (updated_at !== undefined && updated_at >= updatedAtGte)) &&
    (!startTimeGte || (start_time !== undefined && start_time >= startTimeGte)) &&
    (!endTimeLte || (end_time !== undefined && end_time <= endTimeLte))
  );
}

/**
 * A page of a project's events by the time they begin, one request per shard.
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
 * A page of ids of a calendar's events, deleted ones included, strongly consistent, in one request. `by: 'changes'` lists
 * events that were changed since a time, in the order of their changes; `by: 'start'` lists events that start since then.
 *
 * @param from position where the page before this one ended
 * @returns `end`: position where this page ended; null when no row follows
 */
export async function listEventsSince(
  table: Table,
  projectId: string,
  calendarId: string,
  { by, since, from, limit }: { by: 'changes' | 'start'; since: Timestamp; from: string | undefined; limit: number },
): Promise<{ events: { id: string; starts_at: Timestamp | undefined }[]; end: string | null }> {
  const { rows, end } = await readOrderedPage(table, {
    index: by === 'changes' ? 'partition-by-updated' : 'partition-by-start',
    partitionAttribute: 'PK',
    partitions: [eventPartition(projectId, calendarId)],
    sortAttribute: by === 'changes' ? 'by_updated' : 'by_start',
    ascending: true,
    low: since,
    from: from === undefined ? null : { position: from },
    limit,
  });
  return { events: rows.map((row) => ({ id: row.SK, starts_at: readEventTimes(row).start_time })), end };
}

/** The events of index rows, in the order of the rows; `missed` as in `getRows`. One request. */
export async function getEvents(table: Table, rows: RowKey[]): Promise<{ events: EventRow[]; missed: number }> {
  const found = await getRows(table, rows);
  return { events: await readOrMark(table, found.rows), missed: found.missed };
}

/**
 * Reads rows of events. One that cannot be read is left out and loses its content hash, so that the next listing of its
 * calendar differs from it and writes it again.
 */
async function readOrMark(table: Table, rows: Record<string, unknown>[]): Promise<EventRow[]> {
  const events: EventRow[] = [];
  for (const row of rows) {
    const event = readableRow(table, row, readEventRow);
    if (event !== unreadable) events.push(event);
    else if (row['content_hash'] !== undefined) {
      await updateRow(table, row as unknown as RowKey, { remove: ['content_hash'], when: exists() });
    }
  }
  return events;
}

/** Two requests. @returns null when the event is absent, or belongs to another project @throws UnreadableRow */
export async function findEvent(table: Table, projectId: string, id: string): Promise<EventRow | null> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: eventByIdIndex,
      KeyConditionExpression: 'event_id = :id',
      ExpressionAttributeValues: { ':id': id },
      Limit: 1,
    }),
  );
  const key = z.object({ PK: z.string(), SK: z.string() }).safeParse(Items[0]).data;
  if (!key?.PK.startsWith(eventPartition(projectId, ''))) return null;
  const { rows } = await getRows(table, [key]);
  const [event] = await readOrMark(table, rows);
  if (event || !rows[0]) return event ?? null;
  return readEventRow(rows[0]);
}

/** Events of a calendar by id, a hundred a request. Prefetched events are left out, and those that cannot be read. */
export async function readEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<Map<string, EventRow>> {
  return (await readEventsOrRests(table, projectId, calendarId, ids)).events;
}

/** The same, and what can be read of the others: with it a row can be written again. */
export async function readEventsOrRests(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<{ events: Map<string, EventRow>; rests: Map<string, EventRest> }> {
  const rows = await getAllRows(
    table,
    ids.map((id) => eventKey(projectId, calendarId, id)),
  );
  const events = new Map<string, EventRow>();
  const rests = new Map<string, EventRest>();
  for (const row of rows.filter(({ by_subset }) => by_subset === undefined)) {
    const read = readableRow(table, row, readEventRow);
    if (read === unreadable) rests.set(String(row.SK), readRest(row));
    else events.set(String(row.SK), read);
  }
  return { events, rests };
}

/**
 * Deletes all events of a calendar. Two indexes together have every row: one has the visible events, the other the
 * prefetched ones.
 *
 * @param mayGoOn asked before each batch of 25
 * @returns true when none is left
 */
export async function purgeEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  mayGoOn: () => boolean,
): Promise<boolean> {
  for (const IndexName of ['partition-by-created', subsetIndex.name]) {
    const readKeys = async () => {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName,
          ConsistentRead: true,
          KeyConditionExpression: 'PK = :pk',
          ExpressionAttributeValues: { ':pk': eventPartition(projectId, calendarId) },
          Limit: 500,
        }),
      );
      return Items as RowKey[];
    };
    if (!(await deleteAll(table, readKeys, mayGoOn))) return false;
  }
  return true;
}
