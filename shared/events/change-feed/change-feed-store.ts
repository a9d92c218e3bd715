import { GetCommand, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../../platform/timestamp.ts';
import { getAllRows } from '../../store/batch-get.ts';
import { absent, any, below, equals } from '../../store/expression.ts';
import { type OrderedRows, readOrderedPage } from '../../store/ordered-page.ts';
import { queryRows } from '../../store/query-rows.ts';
import { readableRows } from '../../store/readable-rows.ts';
import type { RowKey } from '../../store/row.ts';
import type { Table } from '../../store/table.ts';
import { changeShards, subsetIndex } from '../../store/table-schema.ts';
import { deleteAll } from '../../store/write-all.ts';
import { deleteRow, putRow, updateRow } from '../../store/write-row.ts';
import {
  type ChangeOwner,
  changeShardOf,
  changesOfCalendar,
  changesRow,
  dayPartition,
  highWaterMarkKey,
  highWaterMarkRow,
  inFlightPartition,
  type Marker,
  markerKey,
  markerRow,
  timeOfPosition,
} from './change-row.ts';
import type { EventChange } from './event-change.ts';

/*
 * The changes of a project in commit order (docs/decisions/0005-change-feed-in-commit-order.md). The changes of one
 * commit are one row. Rows are ordered by their position, `<time of the first change>#<calendar>`, over the shards of a day.
 *
 * Nothing may ever appear before a position that was delivered, whatever the clocks say. Therefore:
 * - A commit first writes its in-flight marker, then reads the project's high-water mark, and stamps its changes later
 *   than the mark. Its transaction deletes the marker.
 * - A reader first raises the high-water mark to the position up to which it wants to read, then reads the in-flight
 *   markers, and delivers up to the oldest of them.
 * So either the reader has seen the marker, or the commit has seen the mark. A marker that stays too long is fenced by the
 * reader that waits for it: its commit fails as a whole and is made again, with a later time.
 */

/**
 * Writes the calendar's in-flight marker and reads the high-water mark: two requests, in this order.
 *
 * @param name of the marker. A marker of the same calendar is replaced, because its run is dead
 * @param openedAt the present, by the clock that stamps @param expiresAt seconds since the epoch
 * @returns the time of the mark: changes must be stamped later; null when the feed was never read
 */
export async function openMarker(
  table: Table,
  calendar: ChangeOwner,
  { name, openedAt, expiresAt }: { name: string; openedAt: Timestamp; expiresAt: number },
): Promise<Timestamp | null> {
  await putRow(
    table,
    markerRow.write({ ...markerKey(calendar), marker: name, opened_at: openedAt, expires_at: expiresAt }),
  );
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: highWaterMarkKey(calendar.project_id), ConsistentRead: true }),
  );
  return (Item && readableRows(table, [Item], readMark)[0]) ?? null;
}

const readMark = (row: unknown): Timestamp => timeOfPosition(highWaterMarkRow.read(row).mark);

/** Raises a project's high-water mark to a position. Commits that write their marker later are stamped later. */
export async function raiseHighWaterMark(table: Table, projectId: string, position: string): Promise<void> {
  await updateRow(table, highWaterMarkKey(projectId), {
    set: highWaterMarkRow.write({ mark: position }),
    when: any(absent('mark'), below('mark', position)),
  });
}

/** The commits under way in these shards. One request per shard. */
export async function readMarkers(table: Table, projectId: string, shards: number[]): Promise<Marker[]> {
  const found = await Promise.all(shards.map((shard) => queryRows(table, inFlightPartition(projectId, shard))));
  return readableRows(table, found.flat(), markerRow.read);
}

/** Fences a commit: its transaction fails from now on, unless it is complete already. */
export async function fenceCommit(table: Table, { PK, SK, marker }: Marker): Promise<void> {
  await deleteRow(table, { PK, SK }, equals('marker', marker));
}

export interface ChangeRow {
  position: string;
  changes: EventChange[];
}

/**
 * Rows of a day in order, from a position (inclusive) on.
 *
 * @param calendarId of one calendar; null is the whole project
 * @returns `end` as `readOrderedPage` returns it: the last position that was read, null when the day has no more
 */
export async function readChangeRows(
  table: Table,
  projectId: string,
  {
    calendarId,
    day,
    from,
    limit,
  }: {
    calendarId: string | null;
    day: string;
    from: string;
    limit: number;
  },
): Promise<{ rows: ChangeRow[]; end: string | null }> {
  const range = { from: { position: from, inclusive: true }, ascending: true, limit };
  if (calendarId === null) {
    const page = await readOrderedPage(table, {
      partitionAttribute: 'PK',
      partitions: Array.from({ length: changeShards }, (_, shard) => dayPartition(projectId, shard, day)),
      sortAttribute: 'SK',
      ...range,
    });
    return { rows: readableRows(table, page.rows, readRow), end: page.end };
  }
  const own = (position: string): string => changesOfCalendar(calendarId, position);
  const page: OrderedRows = await readOrderedPage(table, {
    index: subsetIndex.name,
    partitionAttribute: 'PK',
    partitions: [dayPartition(projectId, changeShardOf(calendarId), day)],
    sortAttribute: subsetIndex.attribute,
    ...range,
    from: { position: own(from), inclusive: true },
    high: own('~'),
  });
  const rows = await getAllRows(table, page.rows);
  return { rows: readableRows(table, rows, readRow), end: page.end && page.end.slice(own('').length) };
}

const readRow = (row: unknown): ChangeRow => {
  const { SK, changes } = changesRow.read(row);
  return { position: SK, changes };
};

/**
 * Deletes a calendar's changes of some days.
 *
 * @param mayGoOn asked before each request
 * @returns true when all are deleted
 */
export async function purgeChanges(
  table: Table,
  { id, project_id: projectId }: ChangeOwner,
  days: string[],
  mayGoOn: () => boolean,
): Promise<boolean> {
  for (const day of days) {
    const readKeys = async () => {
      const { Items = [] } = await table.client.send(
        new QueryCommand({
          TableName: table.name,
          IndexName: subsetIndex.name,
          KeyConditionExpression: 'PK = :pk AND begins_with(by_subset, :calendar)',
          ExpressionAttributeValues: {
            ':pk': dayPartition(projectId, changeShardOf(id), day),
            ':calendar': changesOfCalendar(id, ''),
          },
          ConsistentRead: true,
          Limit: 500,
        }),
      );
      return Items as RowKey[];
    };
    if (!mayGoOn() || !(await deleteAll(table, readKeys, mayGoOn))) return false;
  }
  return true;
}
