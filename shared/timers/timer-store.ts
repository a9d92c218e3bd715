import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { shardOf } from '../platform/ids.ts';
import { isTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { equals } from '../store/expression.ts';
import { UnreadableRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { dueIndex, type TimerKind, timerShards } from '../store/table-schema.ts';
import { updateRow } from '../store/write-row.ts';

const timerSchema = z.object({
  PK: z.string(),
  SK: z.string(),
  due_at: z.string(),
  project_id: z.string().optional().catch(undefined),
});

/** A timer: a row of any kind that the dispatcher sends to its queue when `due_at` has come. */
export interface Timer {
  PK: string;
  SK: string;
  due_at: Timestamp;
  /** Absent for timers of calendars: the group of their messages is the calendar. */
  project_id?: string | undefined;
  /** The same as it is stored. It may be a text that is no timestamp: then the timer is due, and the claim replaces it. */
  stored_due_at: string;
}

/**
 * Attributes that make a row a timer: they put it into the due index.
 *
 * @param owner timers of one owner share a shard; owners spread over all shards
 * @param projectId the group of the timer's message in its queue; null for a calendar, whose messages have its own group
 */
export const timerAttributes = (kind: TimerKind, owner: string, dueAt: Timestamp, projectId: string | null) => ({
  due_shard: shardName(kind, shardOf(owner, timerShards)),
  due_at: dueAt,
  ...(projectId !== null && { project_id: projectId }),
});

const shardName = (kind: TimerKind, shard: number): string => `${kind}#${shard}`;

/** Where reading of a shard goes on. */
export type TimerPosition = Record<string, unknown>;

/**
 * One page of the timers of a shard that are due at a time, oldest first.
 *
 * @param from where the page before this one ended @param after leaves out what is due before this time
 */
export async function readDueTimers(
  table: Table,
  { kind, shard }: { kind: TimerKind; shard: number },
  by: Timestamp,
  { from, after, limit }: { from: TimerPosition | undefined; after?: Timestamp; limit: number },
): Promise<{ rows: Timer[]; next: TimerPosition | undefined }> {
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
  const rows = z
    .array(timerSchema)
    .parse(Items)
    .map((row): Timer => {
      const { due_at: stored, ...key } = row;
      if (isTimestamp(stored)) return { ...key, due_at: stored, stored_due_at: stored };
      table.report?.(new UnreadableRow('timer', row, ['due_at: not a stored timestamp']));
      return { ...key, due_at: by, stored_due_at: stored };
    });
  return { rows, next: LastEvaluatedKey };
}

/**
 * Claims a timer by moving its time to the end of the lease: if its message is lost, it is due again then.
 *
 * @returns false when another dispatcher has claimed it, or its work is complete
 */
export async function claimTimer(table: Table, timer: Timer, until: Timestamp): Promise<boolean> {
  const change = { set: { due_at: until }, when: equals('due_at', timer.stored_due_at) };
  return (await updateRow(table, timer, change)).done;
}
