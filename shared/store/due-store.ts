import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shardOf } from '../domain/identifiers.ts';
import type { Timestamp } from '../domain/timestamp.ts';
import { isConditionFailure } from './condition-failure.ts';
import { storedTimestamp } from './stored-timestamp.ts';
import type { Table } from './table.ts';
import { dueIndex, dueShards } from './table-schema.ts';

/** A row that wants its calendar to be looked at when its time has come. */
export interface DueRow {
  PK: string;
  SK: string;
  due_shard: string;
  due_at: Timestamp;
}

/** Index attributes of a timer: which shard, and when. Rows of one calendar share a shard; calendars spread. */
export const dueRow = (calendarId: string, dueAt: Timestamp): { due_shard: string; due_at: Timestamp } => ({
  due_shard: String(shardOf(calendarId, dueShards)),
  due_at: dueAt,
});

const dueRowsSchema = z.array(
  z.object({ PK: z.string(), SK: z.string(), due_shard: z.string(), due_at: storedTimestamp }),
);

/** The oldest due rows of a shard. */
export async function readDueRows(table: Table, shard: number, now: Timestamp, limit: number): Promise<DueRow[]> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: dueIndex,
      KeyConditionExpression: 'due_shard = :shard AND due_at <= :now',
      ExpressionAttributeValues: { ':shard': String(shard), ':now': now },
      Limit: limit,
    }),
  );
  return dueRowsSchema.parse(Items ?? []);
}

/**
 * Takes a due row by moving its time on, so that a claim whose message is lost comes up again.
 *
 * @returns false when someone else took it, or it is settled
 */
export async function claimDueRow(table: Table, { PK, SK, due_at }: DueRow, until: Timestamp): Promise<boolean> {
  try {
    await table.client.send(
      new UpdateCommand({
        TableName: table.name,
        Key: { PK, SK },
        UpdateExpression: 'SET due_at = :until',
        ConditionExpression: 'due_at = :seen',
        ExpressionAttributeValues: { ':until': until, ':seen': due_at },
      }),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}
