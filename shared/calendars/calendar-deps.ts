import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { calendarTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import type { SyncQueues } from '../sync/sync-queue.ts';
import type { CalendarName } from './calendar-row.ts';

/** What the calendar actions of the API need. */
export interface CalendarDeps {
  table: Table;
  envelope: Envelope;
  queues: SyncQueues;
  clock: Clock;
  newId: () => string;
  logger: Pick<Logger, 'error'>;
}

/** What a request for a sync needs. */
export type SyncRequestDeps = Pick<CalendarDeps, 'queues' | 'newId' | 'logger'>;

/** When the timer of a new or changed calendar is due, in case the message that asks for its sync is lost. */
export const syncTimerAt = (clock: Clock): Timestamp => timestampOf(clock.now() + calendarTimingMs.syncTimer);

/**
 * Asks for a sync at once. A changed or deleted calendar does not wait behind a sync that is under way. If the queue
 * fails, the calendar's timer asks later.
 */
export async function requestSync(
  { queues, newId, logger }: SyncRequestDeps,
  { id, platform }: CalendarName,
  trigger: 'create' | 'patch' | 'delete' | 'manual',
): Promise<void> {
  try {
    const message = { calendar_id: id, trigger };
    const isChange = trigger === 'patch' || trigger === 'delete';
    await queues[platform][isChange ? 'sendChange' : 'send'](message, `${trigger}:${newId()}`);
  } catch (error) {
    logger.error('sync not requested', { calendar_id: id, trigger, error: error as Error });
  }
}
