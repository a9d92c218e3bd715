import { millisOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { type Delivery, missDelivery } from './delivery.ts';
import { deleteDelivery, findDelivery, saveDelivery } from './delivery-store.ts';
import { findWebhook } from './endpoint-store.ts';
import { noteWaiting } from './endpoint-traffic-store.ts';
import type { DeliveryMessage } from './webhook-queue.ts';

/**
 * Handles a message that names a delivery. The message may come twice, or late: the row decides whether an attempt is
 * due now.
 */
export async function handleDelivery(deps: DeliverDeps, message: DeliveryMessage): Promise<void> {
  const { table, clock, logger } = deps;
  const delivery = await findDelivery(table, message.webhook_id, message.delivery_id);
  if (!delivery || !isDue(delivery, clock.now())) return;
  const webhook = await findWebhook(table, delivery.project_id, delivery.webhook_id);
  if (!webhook) return deleteDelivery(table, delivery);
  if (webhook.is_active) return attemptDelivery(deps, webhook, delivery, message.deferrals);
  const { webhook_id, idempotency_key } = delivery;
  const missed = await saveDelivery(table, missDelivery(delivery, webhook), null);
  if (missed && delivery.is_counted) await noteWaiting(table, webhook.id, -1, clock.now());
  logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
}

/** A delivery with a later next attempt has a timer or another message for it. */
const isDue = ({ next_attempt_at }: Delivery, now: number): boolean =>
  next_attempt_at !== null && millisOf(next_attempt_at) <= now + webhookTimingMs.senderSkew;
