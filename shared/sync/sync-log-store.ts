import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteAll } from '../store/write-all.ts';
import { putRow } from '../store/write-row.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { packedRuns } from './sync-log-row.ts';

const syncLogPartition = (calendarId: string): string => `RUNS#${calendarId}`;

const runRow = defineRow('runs', 1, z.object({ runs: packedRuns, expires_at: z.number() }));

/** A run's position in the log of its calendar. Runs of a calendar never overlap, so the order is total. */
export const runPosition = ({ started_at, id }: Pick<SyncLogEntry, 'started_at' | 'id'>): string =>
  `${started_at}#${id}`;

/**
 * Moves runs from the sync state to a row of their own. It is written before the state drops them: if the run dies in
 * between, the next one writes the same row again.
 *
 * @param runs oldest first @param expiresAt seconds since the epoch
 */
export async function insertRuns(
  table: Table,
  calendarId: string,
  runs: [SyncLogEntry, ...SyncLogEntry[]],
  expiresAt: number,
): Promise<void> {
  const key = { PK: syncLogPartition(calendarId), SK: runPosition(runs[0]) };
  await putRow(table, { ...key, ...runRow.write({ runs, expires_at: expiresAt }) });
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

/** Deletes a calendar's log. @returns true when all of it is deleted */
export function purgeRuns(table: Table, calendarId: string, mayGoOn: () => boolean): Promise<boolean> {
  const readKeys = async () => {
    const { Items = [] } = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': syncLogPartition(calendarId) },
        ConsistentRead: true,
        Limit: 500,
      }),
    );
    return Items as { PK: string; SK: string }[];
  };
  return deleteAll(table, readKeys, mayGoOn);
}
