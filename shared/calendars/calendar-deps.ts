import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { calendarTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import type { SyncMessage, SyncQueue } from '../sync/sync-queue.ts';

/** What the calendar actions of the API need. */
export interface CalendarDeps {
  table: Table;
  envelope: Envelope;
  queue: SyncQueue;
  clock: Clock;
  newId: () => string;
  logger: Pick<Logger, 'error'>;
}

/** When the timer of a new or changed calendar is due, in case the message that asks for its sync is lost. */
export const syncTimerAt = (clock: Clock): Timestamp => timestampOf(clock.now() + calendarTimingMs.syncTimer);

/** Asks for a sync at once. If the queue fails, the calendar's timer asks later. */
export async function requestSync(
  { queue, newId, logger }: CalendarDeps,
  calendarId: string,
  trigger: SyncMessage['trigger'],
): Promise<void> {
  try {
    await queue.send({ calendar_id: calendarId, trigger }, `${trigger}:${newId()}`);
  } catch (error) {
    logger.error('sync not requested', { calendar_id: calendarId, trigger, error: error as Error });
  }
}
