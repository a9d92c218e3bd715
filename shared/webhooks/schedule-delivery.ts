import type { Clock } from '../platform/clock.ts';
import type { Table } from '../store/table.ts';
import type { Delivery } from './delivery.ts';
import { saveDelivery } from './delivery-store.ts';
import { dueTimeOf, messagesFor } from './next-attempt.ts';
import type { WebhookQueue } from './webhook-queue.ts';

export interface ScheduleDeps {
  table: Table;
  queue: Pick<WebhookQueue, 'send'>;
  clock: Clock;
}

/**
 * Stores a delivery and sends the message for its next attempt. After a crash between the two its timer is left.
 *
 * @returns the delivery as stored, or null when another writer stored it since it was read
 */
export async function scheduleDelivery(
  { table, queue, clock }: ScheduleDeps,
  delivery: Delivery,
  deferrals = 0,
): Promise<Delivery | null> {
  const now = clock.now();
  const stored = await saveDelivery(table, delivery, dueTimeOf(delivery, now));
  const messages = stored ? messagesFor(stored, now, deferrals) : [];
  if (messages.length > 0) await queue.send(messages);
  return stored;
}
