import { type Delivery, newDelivery, testTrigger } from './delivery.ts';
import { insertDelivery } from './delivery-store.ts';
import { requireActive, type Webhook } from './endpoint.ts';
import { dueTimeOf, messagesFor } from './next-attempt.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Sends a signed test to an endpoint, by a delivery like every other.
 *
 * @throws AppError 400 when the endpoint is not active
 */
export async function deliverTest(deps: WebhookDeps, webhook: Webhook): Promise<Delivery> {
  requireActive(webhook);
  const { table, queue, clock, newId, retentionDays } = deps;
  const payload = {
    idempotency_key: newId(),
    calendar_id: null,
    calendar_deduplication_key: null,
    calendar_metadata: null,
    trigger: testTrigger,
    data: {
      state: 'connected',
      connection_failure_data: null,
      last_successful_sync_at: null,
      last_attempted_sync_at: null,
    },
  } as const;
  const delivery = newDelivery(webhook, payload, clock.stamp(), retentionDays);
  const now = clock.now();
  await insertDelivery(table, delivery, dueTimeOf(delivery, now));
  await queue.send(messagesFor(delivery, now));
  return delivery;
}
