import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shardOf } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { equals } from '../store/expression.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { dueIndex, type TimerKind, timerShards } from '../store/table-schema.ts';
import { updateRow } from '../store/write-row.ts';

const timerSchema = z.object({ PK: z.string(), SK: z.string(), due_at: storedTimestamp });
/** A timer: a row of any kind that the dispatcher sends to its queue when `due_at` has come. */
export type Timer = z.output<typeof timerSchema>;

/**
 * Attributes that make a row a timer: they put it into the due index.
 *
 * @param owner timers of one owner share a shard; owners spread over all shards
 */
export const timerAttributes = (kind: TimerKind, owner: string, dueAt: Timestamp) => ({
  due_shard: shardName(kind, shardOf(owner, timerShards)),
  due_at: dueAt,
});

const shardName = (kind: TimerKind, shard: number): string => `${kind}#${shard}`;

/** Where reading of a shard goes on. */
export type TimerPosition = Record<string, unknown>;

/**
 * One page of the timers of a shard that are due at a time, oldest first.
 *
 * @param from where the page before this one ended @param after leaves out what is due before this time
 * @returns `unreadable`: keys of rows that are no timers
 */
export async function readDueTimers(
  table: Table,
  { kind, shard }: { kind: TimerKind; shard: number },
  by: Timestamp,
  { from, after, limit }: { from: TimerPosition | undefined; after?: Timestamp; limit: number },
): Promise<{ rows: Timer[]; unreadable: string[]; next: TimerPosition | undefined }> {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: dueIndex,
      KeyConditionExpression: `due_shard = :shard AND ${after ? 'due_at BETWEEN :after AND :by' : 'due_at <= :by'}`,
      ExpressionAttributeValues: { ':shard': shardName(kind, shard), ':by': by, ...(after && { ':after': after }) },
      ExclusiveStartKey: from,
      Limit: limit,
    }),
  );
  const rows = Items.flatMap((item) => timerSchema.safeParse(item).data ?? []);
  const known = new Set(rows.map(({ PK, SK }) => `${PK} ${SK}`));
  const unreadable = Items.map(({ PK, SK }) => `${PK} ${SK}`).filter((key) => !known.has(key));
  return { rows, unreadable, next: LastEvaluatedKey };
}

/**
 * Claims a timer by moving its time to the end of the lease: if its message is lost, it is due again then.
 *
 * @returns false when another dispatcher has claimed it, or its work is complete
 */
export async function claimTimer(table: Table, timer: Timer, until: Timestamp): Promise<boolean> {
  const change = { set: { due_at: until }, when: equals('due_at', timer.due_at) };
  return (await updateRow(table, timer, change)).done;
}
