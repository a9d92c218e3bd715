import { QueryCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shardOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { dueIndex, type TimerKind, timerShards } from '../store/table-schema.ts';

/** A timer: a row, whatever else it holds, that wants to be looked at when its time has come. */
export interface Timer {
  PK: string;
  SK: string;
  due_at: Timestamp;
}

/**
 * Index attributes of a timer: whose work it is, which shard, and when.
 *
 * @param owner rows of one owner share a shard; owners spread
 */
export const timerAttributes = (kind: TimerKind, owner: string, dueAt: Timestamp) => ({
  due_shard: shardName(kind, shardOf(owner, timerShards)),
  due_at: dueAt,
});

const shardName = (kind: TimerKind, shard: number): string => `${kind}#${shard}`;

const timersSchema = z.array(z.object({ PK: z.string(), SK: z.string(), due_at: storedTimestamp }));

/** A place in a shard where reading goes on. */
export type TimerPosition = Record<string, unknown>;

/**
 * The timers of a shard that are due by a time, oldest first.
 *
 * @param from where the page before ended
 */
export async function readDueTimers(
  table: Table,
  { kind, shard }: { kind: TimerKind; shard: number },
  by: Timestamp,
  { from, limit }: { from: TimerPosition | undefined; limit: number },
): Promise<{ rows: Timer[]; next: TimerPosition | undefined }> {
  const { Items, LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: dueIndex,
      KeyConditionExpression: 'due_shard = :shard AND due_at <= :by',
      ExpressionAttributeValues: { ':shard': shardName(kind, shard), ':by': by },
      ExclusiveStartKey: from,
      Limit: limit,
    }),
  );
  return { rows: timersSchema.parse(Items ?? []), next: LastEvaluatedKey };
}

/**
 * Takes a due row by moving its time on, so that a claim whose message is lost comes up again.
 *
 * @returns false when someone else took it, or it is settled
 */
export async function claimTimer(table: Table, { PK, SK, due_at }: Timer, until: Timestamp): Promise<boolean> {
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
