import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '../platform/clock.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { type TimerKind, timerShards } from '../store/table-schema.ts';
import { claimTimer, readDueTimers, type Timer, type TimerPosition } from './timer-store.ts';

/** Where the timers of one kind go. */
export interface TimerTarget {
  /**
   * Timers due within this time are handed over already, to a queue that holds them back for the rest of it: they come
   * to the second. 0 for a queue that cannot; those come within the minute.
   */
  lookAheadMs: number;
  /** A claimed timer comes up again after this long, should its message be lost or its work not settle it. */
  leaseMs: number;
  /** Puts a message for each timer. @throws when any was not taken */
  send(rows: Timer[]): Promise<void>;
}

export interface DispatchDeps {
  table: Table;
  targets: Record<TimerKind, TimerTarget>;
  clock: Clock;
  logger: Pick<Logger, 'error'>;
}

const rowsPerRead = 100;
/** SQS takes ten messages in one request; their claims are made at once. */
const rowsPerSend = 10;
const reserveMs = 5_000;

/**
 * Hands over every timer that is due: all kinds and shards side by side, each until its backlog is empty or the time is
 * used up. A claim is a conditional write, so a timer is taken once even when two runs overlap; one that was claimed but
 * not sent, whatever the reason, comes up again when its claim ends.
 *
 * @returns how many timers were handed over
 */
export async function dispatchTimers(deps: DispatchDeps, remainingMs: () => number): Promise<number> {
  const counts = await Promise.all(
    Object.entries(deps.targets).flatMap(([kind, target]) =>
      Array.from({ length: timerShards }, (_, shard) =>
        drainShard(deps, { kind: kind as TimerKind, shard }, target, remainingMs),
      ),
    ),
  );
  return counts.reduce((sum, count) => sum + count, 0);
}

async function drainShard(
  deps: DispatchDeps,
  partition: { kind: TimerKind; shard: number },
  target: TimerTarget,
  remainingMs: () => number,
): Promise<number> {
  const by = timestampOf(deps.clock.now() + target.lookAheadMs);
  let dispatched = 0;
  let from: TimerPosition | undefined;
  do {
    const page = await readDueTimers(deps.table, partition, by, { from, limit: rowsPerRead });
    for (let index = 0; index < page.rows.length; index += rowsPerSend) {
      if (remainingMs() < reserveMs) return dispatched;
      dispatched += await handOver(deps, target, page.rows.slice(index, index + rowsPerSend));
    }
    from = page.next;
  } while (from);
  return dispatched;
}

/** A failure is that of these rows alone: they come up again when their claims end. */
async function handOver({ table, clock, logger }: DispatchDeps, target: TimerTarget, rows: Timer[]): Promise<number> {
  try {
    const now = clock.now();
    const claims = await Promise.all(
      rows.map(async (row) => {
        const until = Math.max(now, millisOf(row.due_at)) + target.leaseMs;
        return (await claimTimer(table, row, timestampOf(until))) ? [row] : [];
      }),
    );
    const claimed = claims.flat();
    if (claimed.length > 0) await target.send(claimed);
    return claimed.length;
  } catch (error) {
    logger.error('due rows not handed over', { rows: rows.map(({ PK, SK }) => `${PK} ${SK}`), error: error as Error });
    return 0;
  }
}
