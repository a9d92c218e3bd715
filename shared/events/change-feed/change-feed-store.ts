import { gunzipSync, gzipSync } from 'node:zlib';
import { DeleteCommand, GetCommand, PutCommand, QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shardOf } from '../../platform/ids.ts';
import type { Timestamp } from '../../platform/timestamp.ts';
import { getAllRows } from '../../store/batch-get.ts';
import { isConditionFailure } from '../../store/condition-failure.ts';
import { equals } from '../../store/expression.ts';
import { type OrderedRows, readOrderedPage } from '../../store/ordered-page.ts';
import { storedTimestamp } from '../../store/stored-values.ts';
import type { Table } from '../../store/table.ts';
import { changeShards, subsetIndex } from '../../store/table-schema.ts';
import type { TransactionItem } from '../../store/transaction.ts';
import { deleteAll } from '../../store/write-all.ts';
import type { EventChange } from './event-change.ts';

/**
 * The changes of a project in commit order (decision 0005). Those of one commit are one row; rows are ordered by their
 * position, `<time of the first change>#<calendar>`, over the shards of a day.
 *
 * Nothing may ever appear before what was read already, whatever the clocks say. So a commit first opens a place, then
 * reads the project's mark, and stamps later than it; its transaction closes the place. A reader first moves the mark to
 * where it wants to read to, then looks at the open places, and reads up to the first of them. Either the reader has seen
 * the place, or the commit has seen the mark. A place that stays open too long is revoked by whoever waits for it; its
 * commit then fails as a whole and is made again, with a later time.
 */
export interface ChangeOwner {
  id: string;
  project_id: string;
}

export const changeShardOf = (calendarId: string): number => shardOf(calendarId, changeShards);

const dayPartition = (projectId: string, shard: number, day: string): string => `CHANGES#${projectId}#${shard}#${day}`;
const openPartition = (projectId: string, shard: number): string => `CHANGES#${projectId}#${shard}#OPEN`;
const markKey = (projectId: string) => ({ PK: `CHANGES#${projectId}`, SK: 'MARK' });
const placeKey = ({ id, project_id }: ChangeOwner) => ({ PK: openPartition(project_id, changeShardOf(id)), SK: id });

/** `2026-11-21` of a position or time. */
export const dayOf = (position: string): string => position.slice(0, 10);

/**
 * Opens the calendar's place and reads the mark: two requests, in this order.
 *
 * @param name of the place; another one of the same calendar is replaced, as its run is dead
 * @param openedAt the present, by the clock that stamps @param expiresAt seconds since the epoch
 * @returns the time of the mark: changes must be stamped later; null when nobody has read yet
 */
export async function openPlace(
  table: Table,
  calendar: ChangeOwner,
  { name, openedAt, expiresAt }: { name: string; openedAt: Timestamp; expiresAt: number },
): Promise<Timestamp | null> {
  await table.client.send(
    new PutCommand({
      TableName: table.name,
      Item: { ...placeKey(calendar), place: name, opened_at: openedAt, expires_at: expiresAt },
    }),
  );
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: markKey(calendar.project_id), ConsistentRead: true }),
  );
  return Item ? markSchema.parse(Item).mark : null;
}

const markSchema = z.object({ mark: z.string().transform((position) => position.slice(0, 27) as Timestamp) });

/** Moves a project's mark to a position, if it is not there yet: whoever opens a place from now on is stamped later. */
export async function moveMark(table: Table, projectId: string, position: string): Promise<void> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: markKey(projectId),
        UpdateExpression: 'SET mark = :mark',
        ConditionExpression: 'attribute_not_exists(mark) OR mark < :mark',
        ExpressionAttributeValues: { ':mark': position },
      }),
    );
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

const onlyIfOpen = (name: string) => ({
  ConditionExpression: 'place = :place',
  ExpressionAttributeValues: { ':place': name },
});

/**
 * The rows by which a commit enters the order: its changes are put, its place is closed, or all of it fails.
 *
 * @param changes of one commit, at least one, in the order of their `updated_at`
 */
export function changeItems(
  calendar: ChangeOwner,
  { place, changes, expiresAt }: { place: string; changes: [EventChange, ...EventChange[]]; expiresAt: number },
): Record<string, TransactionItem> {
  const position = `${changes[0].event.updated_at}#${calendar.id}`;
  return {
    'feed marker': { delete: placeKey(calendar), when: equals('place', place) },
    'feed changes': {
      put: {
        PK: dayPartition(calendar.project_id, changeShardOf(calendar.id), dayOf(position)),
        SK: position,
        by_subset: `${calendar.id}#${position}`,
        changes: packChanges(changes),
        expires_at: expiresAt,
      },
    },
  };
}

/** Bytes an item has for its changes. */
const packedBytes = 390_000;

/** Should many very large events be deleted at once, what the provider said of them is left out. */
function packChanges(changes: EventChange[]): Uint8Array {
  const packed = gzipSync(JSON.stringify(changes));
  if (packed.length <= packedBytes) return packed;
  const withoutRaw = (change: EventChange): EventChange =>
    change.type === 'deleted' ? { ...change, event: { ...change.event, raw: {} } } : change;
  return gzipSync(JSON.stringify(changes.map(withoutRaw)));
}

export interface OpenPlace {
  PK: string;
  SK: string;
  place: string;
  opened_at: Timestamp;
}

const placesSchema = z.array(
  z.object({ PK: z.string(), SK: z.string(), place: z.string(), opened_at: storedTimestamp }),
);

/** Commits under way in these shards. One request per shard. */
export async function readOpenPlaces(table: Table, projectId: string, shards: number[]): Promise<OpenPlace[]> {
  const found = await Promise.all(
    shards.map(async (shard) => {
      const places: unknown[] = [];
      let ExclusiveStartKey: Record<string, unknown> | undefined;
      do {
        const page = await table.client.send(
          new QueryCommand({
            TableName: table.name,
            KeyConditionExpression: 'PK = :pk',
            ExpressionAttributeValues: { ':pk': openPartition(projectId, shard) },
            ConsistentRead: true,
            ExclusiveStartKey,
          }),
        );
        places.push(...(page.Items ?? []));
        ExclusiveStartKey = page.LastEvaluatedKey;
      } while (ExclusiveStartKey);
      return placesSchema.parse(places);
    }),
  );
  return found.flat();
}

/** Takes a place away from its commit, which fails from then on. @returns once the place is closed, by either side */
export async function revokePlace(table: Table, { PK, SK, place }: OpenPlace): Promise<void> {
  try {
    await table.client.send(new DeleteCommand({ TableName: table.name, Key: { PK, SK }, ...onlyIfOpen(place) }));
  } catch (error) {
    if (!isConditionFailure(error)) throw error;
  }
}

const rowSchema = z.object({
  SK: z.string(),
  changes: z.instanceof(Uint8Array).transform((packed) => JSON.parse(gunzipSync(packed).toString()) as EventChange[]),
});

export interface ChangeRow {
  position: string;
  changes: EventChange[];
}

/**
 * Rows of a day in order, from a position (inclusive) on.
 *
 * @param calendarId only this calendar's; null is the whole project
 * @returns `end` as `readOrderedPage` gives it: the position looked at last, null when the day has no more
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
    return { rows: page.rows.map(readRow), end: page.end };
  }
  const own = (position: string): string => `${calendarId}#${position}`;
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
  return { rows: rows.map(readRow), end: page.end && page.end.slice(own('').length) };
}

const readRow = (row: unknown): ChangeRow => {
  const { SK, changes } = rowSchema.parse(row);
  return { position: SK, changes };
};

/** Deletes a calendar's changes of some days. @returns true when none is left */
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
          ExpressionAttributeValues: { ':pk': dayPartition(projectId, changeShardOf(id), day), ':calendar': `${id}#` },
          ConsistentRead: true,
          Limit: 500,
        }),
      );
      return Items as { PK: string; SK: string }[];
    };
    if (!mayGoOn() || !(await deleteAll(table, readKeys, mayGoOn))) return false;
  }
  return true;
}
