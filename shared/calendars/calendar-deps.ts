import type { Logger } from '@aws-lambda-powertools/logger';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
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

/** Should the message that asks for a sync be lost, a timer asks after this long. */
export const syncDueMs = 2 * 60_000;

/** Asks for a sync at once. What was stored stands even if the queue fails: its timer asks again. */
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
