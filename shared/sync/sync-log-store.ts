import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { type ChangeOwner, changesKey } from '../events/change-feed/change-row.ts';
import { readableRows } from '../store/readable-rows.ts';
import { createReader, defineRow, type RowKey } from '../store/row.ts';
import { storedMicros } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { deleteAll } from '../store/write-all.ts';
import { putRow } from '../store/write-row.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { packedRuns } from './sync-log-row.ts';

const syncLogPartition = (calendarId: string): string => `RUNS#${calendarId}`;

const runsSchema = z.object({
  runs: packedRuns,
  /** Times of the rows of the change feed that were added meanwhile. */
  commits: z.array(storedMicros).default([]),
  /** Seconds since the epoch. */
  expires_at: z.number(),
});
const runRow = defineRow('runs', 1, runsSchema);

/** A run's position in the log of its calendar. Runs of a calendar never overlap, so the order is total. */
export const runPosition = ({ started_at, id }: Pick<SyncLogEntry, 'started_at' | 'id'>): string =>
  `${started_at}#${id}`;

/**
 * Moves runs from the sync state to a row of their own. It is written before the state drops them: if the run dies in
 * between, the next one writes the same row again.
 *
 * @param row its runs are in the order of their time, the oldest first
 */
export async function insertRuns(
  table: Table,
  calendarId: string,
  row: z.output<typeof runsSchema> & { runs: [SyncLogEntry, ...SyncLogEntry[]] },
): Promise<void> {
  const key = { PK: syncLogPartition(calendarId), SK: runPosition(row.runs[0]) };
  await putRow(table, { ...key, ...runRow.write(row) });
}

/**
 * Runs that were moved out of the sync state, from a position on in reading direction, and some before it. A row has the
 * position of its first run, so the row before the position has a part of them. One request, two of an ascending reading.
 */
export async function readRuns(
  table: Table,
  calendarId: string,
  { from, ascending, limit }: { from: string | undefined; ascending: boolean; limit: number },
): Promise<SyncLogEntry[]> {
  const read = async (isAscending: boolean, count: number): Promise<Record<string, unknown>[]> => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: `PK = :pk AND SK ${isAscending ? '>=' : '<='} :from`,
        ExpressionAttributeValues: { ':pk': syncLogPartition(calendarId), ':from': from ?? (isAscending ? ' ' : '~') },
        ScanIndexForward: isAscending,
        ConsistentRead: true,
        Limit: count,
      }),
    );
    return Items;
  };
  const [rows, before] = await Promise.all([read(ascending, limit), ascending && from ? read(false, 1) : []]);
  return readableRows(table, [...before, ...rows], runRow.read).flatMap(({ runs }) => runs);
}

/**
 * Deletes a calendar's log, and before each of its rows the changes that the row names. Rows that cannot be read are deleted,
 * too; the changes that they name expire.
 *
 * @param mayGoOn asked before each request
 * @returns true when all of it is deleted
 */
export function purgeRuns(table: Table, calendar: ChangeOwner, mayGoOn: () => boolean): Promise<boolean> {
  const readKeys = async (): Promise<RowKey[]> => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': syncLogPartition(calendar.id) },
        ConsistentRead: true,
        Limit: 500,
      }),
    );
    const times = readableRows(table, Items, readCommits).flatMap(({ commits }) => commits);
    return [...times.map((time) => changesKey(calendar, time)), ...(Items as unknown as RowKey[])];
  };
  return deleteAll(table, readKeys, mayGoOn);
}

const readCommits = createReader('runs', runsSchema.pick({ commits: true }));
