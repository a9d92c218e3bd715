import type { TimerTarget } from '../timers/dispatch-timers.ts';
import type { SyncQueue } from './sync-queue.ts';

/**
 * Timers of calendars, whose rows stand under `CALENDAR#<id>`: the sync finds out what is to be done. A FIFO queue takes
 * no delay for a single message, so they come when they are due, within the minute.
 */
export const syncTimerTarget = (queue: SyncQueue): TimerTarget => ({
  lookAheadMs: 0,
  leaseMs: 5 * 60_000,
  send: (rows) =>
    queue.sendAll(
      rows.map(({ PK, SK, due_at }) => ({
        message: { calendar_id: PK.slice('CALENDAR#'.length), trigger: 'schedule' },
        deduplication: `due:${SK}:${due_at}`,
      })),
    ),
});
