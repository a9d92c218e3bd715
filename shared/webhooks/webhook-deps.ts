import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { Table } from '../store/table.ts';
import type { WebhookQueue } from './webhook-queue.ts';

export interface WebhookDeps {
  table: Table;
  queue: Pick<WebhookQueue, 'send'>;
  envelope: Pick<Envelope, 'seal'>;
  clock: Clock;
  /** How long a delivery stays in the log. */
  retentionDays: number;
  /** A UUID. */
  newId: () => string;
}
