import type { SyncQueue } from '../../messaging/sync-queue.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Envelope } from '../../platform/envelope.ts';
import type { Table } from '../../store/table.ts';

/** What the calendar actions of the API need. */
export interface CalendarDeps {
  table: Table;
  envelope: Envelope;
  queue: SyncQueue;
  clock: Clock;
  newId: () => string;
}
