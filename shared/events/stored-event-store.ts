import { QueryCommand, type QueryCommandInput } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { readOrderedPage } from '../store/ordered-page.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { subsetIndex } from '../store/table-schema.ts';
import type { CalendarEvent, StoredEvent } from './calendar-event.ts';
import {
  eventKey,
  eventPartition,
  readStoredEvent,
  readUpcomingEvent,
  storedEventAttributes,
  type UpcomingEvent,
} from './event-row.ts';
import { getEvents } from './event-store.ts';

/** So many rows are read as a whole, in one request, and kept for the commit. Of more only what is compared. */
const rowsKept = 100;

/**
 * These events as they are stored, by id. A hundred a request.
 *
 * @returns `rows`: the whole rows, by id, where they are few. The commit that changes them need not read them again
 */
export async function readStoredEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  ids: string[],
): Promise<{ stored: Map<string, StoredEvent>; rows: Map<string, Record<string, unknown>> }> {
  const keys = ids.map((id) => eventKey(projectId, calendarId, id));
  const areKept = keys.length <= rowsKept;
  const rows = await getAllRows(table, keys, areKept ? {} : { attributes: storedEventAttributes });
  const stored = rows.map((row) => readStoredEvent(row, table.report));
  return {
    stored: new Map(stored.map((event) => [event.id, event])),
    rows: new Map(areKept ? rows.map((row) => [String(row['SK']), row]) : []),
  };
}

/**
 * All events of a calendar that end after `since`, and all prefetched ones, by id. They are read from the indexes, so that
 * large rows are not read.
 */
export async function readStoredEventsSince(
  table: Table,
  projectId: string,
  calendarId: string,
  since: Timestamp,
): Promise<Map<string, StoredEvent>> {
  const query = {
    KeyConditionExpression: 'PK = :pk',
    ExpressionAttributeValues: { ':pk': eventPartition(projectId, calendarId) },
  };
  const [visible, upcoming] = await Promise.all([
    queryAll(table, { IndexName: 'partition-by-updated', ...query }),
    queryAll(table, { IndexName: subsetIndex.name, ...query }),
  ]);
  const rows = [...visible, ...upcoming].map((row) => readStoredEvent(row, table.report));
  return new Map(
    rows.filter(({ is_upcoming, end_time }) => is_upcoming || end_time >= since).map((row) => [row.id, row]),
  );
}

async function queryAll(
  table: Table,
  query: Omit<QueryCommandInput, 'TableName' | 'ConsistentRead' | 'ExclusiveStartKey'>,
): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
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

/**
 * A page of a calendar's visible events, deleted ones too, in the order of their creation. Rows that cannot be read are
 * left out.
 *
 * @param from position where the page before this one ended
 * @returns `end`: position where this page ended; null when no row follows
 */
export async function readEventsByCreation(
  table: Table,
  projectId: string,
  calendarId: string,
  { from, limit }: { from: string | undefined; limit: number },
): Promise<{ events: CalendarEvent[]; end: string | null }> {
  const page = await readOrderedPage(table, {
    index: 'partition-by-created',
    partitionAttribute: 'PK',
    partitions: [eventPartition(projectId, calendarId)],
    sortAttribute: 'by_created',
    ascending: true,
    from: from === undefined ? null : { position: from },
    limit,
  });
  const { events, missed } = await getEvents(table, page.rows);
  // Rows of several megabytes: what follows is left to the next page.
  const last = missed > 0 ? page.rows.at(-missed - 1) : undefined;
  return { events: events.map(({ event }) => event), end: last ? String(last['by_created']) : page.end };
}

/** Prefetched events that one run makes visible. The next run takes the rest. */
const reachedAtOnce = 100;

/**
 * The prefetched events that the window reaches by a time. `next` is the start of the first prefetched event after them;
 * null when there is none. Two requests.
 */
export async function readUpcomingEvents(
  table: Table,
  projectId: string,
  calendarId: string,
  by: Timestamp,
): Promise<{ reached: UpcomingEvent[]; next: Timestamp | null }> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: subsetIndex.name,
      ConsistentRead: true,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': eventPartition(projectId, calendarId) },
      Limit: reachedAtOnce + 1,
    }),
  );
  const ahead = Items.map((row) => readStoredEvent(row, table.report));
  const reached = ahead.filter(({ start_time }) => start_time < by).slice(0, reachedAtOnce);
  const rows = await getAllRows(
    table,
    reached.map(({ id }) => eventKey(projectId, calendarId, id)),
  );
  return { reached: readableRows(table, rows, readUpcomingEvent), next: ahead[reached.length]?.start_time ?? null };
}
