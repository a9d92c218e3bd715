import type { Logger } from '@aws-lambda-powertools/logger';
import { timestampOf } from '../domain/timestamp.ts';
import type { SyncQueue } from '../messaging/sync-queue.ts';
import type { Clock } from '../platform/clock.ts';
import { claimDueRow, type DueRow, readDueRows } from '../store/due-store.ts';
import type { Table } from '../store/table.ts';
import { dueShards } from '../store/table-schema.ts';

export interface DispatchDeps {
  table: Table;
  queue: SyncQueue;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
}

/** A claimed row comes up again after this long, should its message be lost or its sync fail to settle it. */
const claimMs = 5 * 60_000;
const rowsPerRead = 100;
const claimsAtOnce = 10;
const reserveMs = 5_000;

/**
 * Wakes every calendar that has something due: each shard until its backlog is empty or the time is used up. A claim is
 * a conditional write, so a row is taken once even when two runs overlap.
 *
 * @returns how many rows were handed to the sync queue
 */
export async function dispatchDue(deps: DispatchDeps, remainingMs: () => number): Promise<number> {
  const shards = Array.from({ length: dueShards }, (_, shard) => shard);
  const counts = await Promise.all(shards.map((shard) => drainShard(deps, shard, remainingMs)));
  return counts.reduce((sum, count) => sum + count, 0);
}

async function drainShard(deps: DispatchDeps, shard: number, remainingMs: () => number): Promise<number> {
  let dispatched = 0;
  while (remainingMs() > reserveMs) {
    const rows = await readDueRows(deps.table, shard, timestampOf(deps.clock.now()), rowsPerRead);
    for (let index = 0; index < rows.length; index += claimsAtOnce) {
      const taken = await Promise.all(rows.slice(index, index + claimsAtOnce).map((row) => dispatch(deps, row)));
      dispatched += taken.filter(Boolean).length;
    }
    if (rows.length < rowsPerRead) break;
  }
  return dispatched;
}

/** One row's failure is its own: it stays due, or comes up again when its claim ends. */
async function dispatch({ table, queue, clock, logger }: DispatchDeps, row: DueRow): Promise<boolean> {
  // Every due row stands under its calendar, `CALENDAR#<id>`; the sync finds out what is to be done.
  const calendarId = row.PK.slice('CALENDAR#'.length);
  try {
    if (!(await claimDueRow(table, row, timestampOf(clock.now() + claimMs)))) return false;
    await queue.send({ calendar_id: calendarId, trigger: 'schedule' }, `due:${row.SK}:${row.due_at}`);
    return true;
  } catch (error) {
    logger.error('due calendar not dispatched', { calendar_id: calendarId, error: error as Error });
    return false;
  }
}
