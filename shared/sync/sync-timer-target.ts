import { syncTimingMs } from '../platform/timing.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import type { SyncQueue } from './sync-queue.ts';

/**
 * Timers of calendars, whose rows lie under `CALENDAR#<id>`. The sync finds out what is due. A FIFO queue takes no delay
 * for a single message, so a message is sent when its timer is due, within the minute.
 */
export const syncTimerTarget = (queue: SyncQueue): TimerTarget => ({
  lookAheadMs: 0,
  leaseMs: syncTimingMs.timerLease,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, SK, due_at }) => ({
        message: { calendar_id: PK.slice('CALENDAR#'.length), trigger: 'schedule' },
        deduplication: `due:${SK}:${due_at}`,
      })),
    ),
});
