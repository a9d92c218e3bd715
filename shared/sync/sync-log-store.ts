import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Table } from '../store/table.ts';
import { deleteAll, writeAll } from '../store/write-all.ts';
import type { SyncLogEntry } from './sync-log-entry.ts';
import { packedRuns, packRuns } from './sync-log-row.ts';

const syncLogPartition = (calendarId: string): string => `RUNS#${calendarId}`;

/** A run's place in its calendar's log: runs of a calendar never overlap, so it is a total order. */
export const runPosition = ({ started_at, id }: Pick<SyncLogEntry, 'started_at' | 'id'>): string =>
  `${started_at}#${id}`;

/**
 * Moves runs out of the sync state into rows of their own, in one request. Written before the state lets go of them:
 * should the sync die in between, the next one writes the same rows again.
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
        Item: { PK: syncLogPartition(calendarId), SK: runPosition(run), run: packRuns([run]), expires_at: expiresAt },
      },
    })),
  );
}

const rowsSchema = z.array(z.object({ run: packedRuns }));

/** Runs that were moved out of the sync state, from a position on in reading direction. One request. */
export async function readRuns(
  table: Table,
  calendarId: string,
  { from, ascending, limit }: { from: string | undefined; ascending: boolean; limit: number },
): Promise<SyncLogEntry[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: `PK = :pk AND SK ${ascending ? '>=' : '<='} :from`,
      ExpressionAttributeValues: { ':pk': syncLogPartition(calendarId), ':from': from ?? (ascending ? ' ' : '~') },
      ScanIndexForward: ascending,
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  return rowsSchema.parse(Items ?? []).flatMap(({ run }) => run);
}

/** Deletes a calendar's log. @returns true when none of it is left */
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
