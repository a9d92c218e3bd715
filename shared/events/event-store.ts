import { BatchGetCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows, getRows } from '../store/batch-get.ts';
import { type IndexRow, type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import type { RowKey } from '../store/row.ts';
import { orderText } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { eventByIdIndex, type Ordering, subsetIndex } from '../store/table-schema.ts';
import { deleteAll } from '../store/write-all.ts';
import type { StoredEvent } from './calendar-event.ts';
import {
  type EventRow,
  eventKey,
  eventPartition,
  eventShards,
  readEventRow,
  readEventTimes,
  readStoredEvent,
  readUpcomingEvent,
  storedEventAttributes,
} from './event-row.ts';

/** Filters of `GET /calendar_events`; all hold together. */
export interface EventFilters {
  /** Only this calendar's; null is the whole project. */
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
  // A bound on the ordering's own time narrows the query; any other time is in the index row and filters there.
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
 * A page of ids of a calendar's events, deleted ones too, strongly consistent: those changed at or after a time, in the
 * order of their changes, or those that begin then or later. One request.
 *
 * @param from position where a page before this one ended
 * @returns `end`: where this one did; null when nothing is beyond
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

/** Full events of index rows, in their order; `missed` as in `getRows`. One request. */
export async function getEvents(table: Table, rows: RowKey[]): Promise<{ events: EventRow[]; missed: number }> {
  const found = await getRows(table, rows);
  return { events: found.rows.map(readEventRow), missed: found.missed };
}

/** Two requests. @returns null when it is absent or another project's */
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
  const { events } = await getEvents(table, [key]);
  return events[0] ?? null;
}

/** What is stored of these events, by id: a hundred per request. */
export async function readStoredEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<Map<string, StoredEvent>> {
  const stored = new Map<string, StoredEvent>();
  let pending = ids.map((id) => eventKey(projectId, calendarId, id));
  while (pending.length > 0) {
    const { Responses, UnprocessedKeys } = await table.client.send(
      new BatchGetCommand({
        RequestItems: {
          [table.name]: {
            Keys: pending.slice(0, 100),
            ConsistentRead: true,
            ProjectionExpression: storedEventAttributes,
          },
        },
      }),
    );
    for (const row of (Responses?.[table.name] ?? []).map(readStoredEvent)) stored.set(row.id, row);
    const unread = (UnprocessedKeys?.[table.name]?.Keys ?? []) as typeof pending;
    pending = [...unread, ...pending.slice(100)];
  }
  return stored;
}

/**
 * What is stored of all events that end after `since`, by id, those the window has not reached among them: from the
 * indexes, so full rows are not read.
 */
export async function readStoredEventsSince(
  table: Table,
  projectId: string,
  calendarId: string,
  since: Timestamp,
): Promise<Map<string, StoredEvent>> {
  const pk = eventPartition(projectId, calendarId);
  const [visible, upcoming] = await Promise.all([
    queryAll(table, {
      IndexName: 'partition-by-end',
      KeyConditionExpression: 'PK = :pk AND by_end > :since',
      ExpressionAttributeValues: { ':pk': pk, ':since': orderText(since, '') },
    }),
    queryAll(table, {
      IndexName: subsetIndex.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': pk },
    }),
  ]);
  return new Map([...visible, ...upcoming].map(readStoredEvent).map((row) => [row.id, row]));
}

async function queryAll(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead' | 'ExclusiveStartKey'>,
): Promise<unknown[]> {
  const rows: unknown[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({ TableName: table.name, ConsistentRead: true, ...query, ExclusiveStartKey }),
    );
    for (const row of page.Items ?? []) rows.push(row);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return rows;
}

/** Rows revealed in one run; the next run takes the rest. */
const revealedAtOnce = 100;

/**
 * Events that the window reaches by a time, as they are stored, and when the first of the others begins (null: none is
 * stored ahead). Two requests.
 */
export async function readUpcomingEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  by: Timestamp,
): Promise<{ reached: ReturnType<typeof readUpcomingEvent>[]; next: Timestamp | null }> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: subsetIndex.name,
      ConsistentRead: true,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': eventPartition(projectId, calendarId) },
      Limit: revealedAtOnce + 1,
    }),
  );
  const ahead = Items.map(readStoredEvent);
  const reached = ahead.filter(({ start_time }) => start_time < by).slice(0, revealedAtOnce);
  const rows = await getAllRows(
    table,
    reached.map(({ id }) => eventKey(projectId, calendarId, id)),
  );
  return { reached: rows.map(readUpcomingEvent), next: ahead[reached.length]?.start_time ?? null };
}

/** Full rows of a calendar's events by id, a hundred a request; those the window has not reached are left out. */
export async function readEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<Map<string, EventRow>> {
  const rows = await getAllRows(
    table,
    ids.map((id) => eventKey(projectId, calendarId, id)),
  );
  return new Map(
    rows.filter(({ by_created }) => by_created !== undefined).map((row) => [String(row.SK), readEventRow(row)]),
  );
}

/**
 * Deletes all of a calendar's events, from both indexes that together have every row.
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
      return Items as { PK: string; SK: string }[];
    };
    if (!(await deleteAll(table, readKeys, mayGoOn))) return false;
  }
  return true;
}
