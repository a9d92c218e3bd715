import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteAll, writeAll } from '../store/write-all.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { packedRuns } from './sync-log-row.ts';

const syncLogPartition = (calendarId: string): string => `RUNS#${calendarId}`;

const runRow = defineRow('run', 1, z.object({ run: packedRuns, expires_at: z.number() }));

/** A run's position in the log of its calendar. Runs of a calendar never overlap, so the order is total. */
export const runPosition = ({ started_at, id }: Pick<SyncLogEntry, 'started_at' | 'id'>): string =>
  `${started_at}#${id}`;

/**
 * Moves runs from the sync state to their own rows, in one request. They are written before the state drops them: if the
 * run dies in between, the next one writes the same rows again.
 *
 * @param expiresAt seconds since the epoch
 */
export async function insertRuns(
  table: Table,
  calendarId: string,
  runs: SyncLogEntry[],
  expiresAt: number,
): Promise<void> {
  await writeAll(
    table,
    runs.map((run) => ({
      PutRequest: {
        Item: {
          PK: syncLogPartition(calendarId),
          SK: runPosition(run),
          ...runRow.write({ run: [run], expires_at: expiresAt }),
        },
      },
    })),
  );
}

/** Runs that were moved out of the sync state, from a position on in reading direction. One request. */
export async function readRuns(
  table: Table,
  calendarId: string,
  { from, ascending, limit }: { from: string | undefined; ascending: boolean; limit: number },
): Promise<SyncLogEntry[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: `PK = :pk AND SK ${ascending ? '>=' : '<='} :from`,
      ExpressionAttributeValues: { ':pk': syncLogPartition(calendarId), ':from': from ?? (ascending ? ' ' : '~') },
      ScanIndexForward: ascending,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return readableRows(table, Items, runRow.read).flatMap(({ run }) => run);
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
