import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { timerTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import { type TimerKind, timerShards } from '../store/table-schema.ts';
import { claimTimer, readDueTimers, type Timer, type TimerPosition } from './timer-store.ts';

/** Where the timers of one kind are sent. */
export interface TimerTarget {
  /**
   * Timers due within this time are sent already, to a queue that delays each message until its second. 0 for a queue
   * without such delays: its messages come within the minute.
   */
  lookAheadMs: number;
  /** A claimed timer is due again after this time, if its message is lost or its work does not complete it. */
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
/** SQS takes ten messages in one request. Their timers are claimed side by side. */
const rowsPerSend = 10;

/**
 * The dispatcher: sends every timer that is due to its target. It works on all kinds and shards side by side, each until
 * its backlog is empty or the time is used up. A claim is a conditional write, so a timer is sent once even when two runs
 * overlap. A timer that was claimed but not sent is due again when its lease ends. A shard that cannot be read delays no
 * other one.
 *
 * @returns how many timers were sent
 * @throws AggregateError after all others were sent, when a shard cannot be read: an alarm calls the operator
 */
export async function dispatchTimers(deps: DispatchDeps, remainingMs: () => number): Promise<number> {
  const results = await Promise.allSettled(
    Object.entries(deps.targets).flatMap(([kind, target]) =>
      Array.from({ length: timerShards }, (_, shard) =>
        drainShard(deps, { kind: kind as TimerKind, shard }, target, remainingMs),
      ),
    ),
  );
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as unknown] : []));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} shards of timers cannot be read`);
  return results.reduce((sum, result) => sum + (result.status === 'fulfilled' ? result.value : 0), 0);
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
      if (remainingMs() < timerTimingMs.dispatchReserve) return dispatched;
      dispatched += await sendTimers(deps, target, page.rows.slice(index, index + rowsPerSend));
    }
    from = page.next;
  } while (from);
  return dispatched;
}

/** A failure affects these timers alone: they are due again when their leases end. */
async function sendTimers({ table, clock, logger }: DispatchDeps, target: TimerTarget, rows: Timer[]): Promise<number> {
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
    logger.error('timers not sent', { timers: rows.map(({ PK, SK }) => `${PK} ${SK}`), error: error as Error });
    return 0;
  }
}
