import type { Clock } from '../platform/clock.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import type { TickQueue } from './tick-queue.ts';
import { tickTimerPrefix } from './tick-timer-store.ts';

/** The target of a kind of timer among which are those that search for ticks. */
export const withTickTimers = (
  others: TimerTarget,
  queue: Pick<TickQueue, 'sendScans'>,
  clock: Pick<Clock, 'now'>,
): TimerTarget => ({
  ...others,
  send: async (rows) => {
    const scans = rows.filter(({ PK }) => PK.startsWith(tickTimerPrefix));
    const rest = rows.filter((row) => !scans.includes(row));
    if (rest.length > 0) await others.send(rest);
    if (scans.length === 0) return;
    await queue.sendScans(
      scans.map(({ PK, due_at }) => ({
        message: { kind: 'tick_scan', project_id: PK.slice(tickTimerPrefix.length) },
        delaySeconds: (millisOf(due_at) - clock.now()) / 1000,
      })),
    );
  },
});
