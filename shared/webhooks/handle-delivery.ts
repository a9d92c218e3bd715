import { millisOf } from '../platform/timestamp.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { type Delivery, giveUp } from './delivery.ts';
import { deleteDelivery, findDelivery, saveDelivery } from './delivery-store.ts';
import { findWebhook } from './endpoint-store.ts';
import type { DeliveryMessage } from './webhook-queue.ts';

/** How far clocks of senders may differ. */
const skewMs = 1000;

/**
 * Works a message that names a delivery. It may come twice, or long after what it was sent for is done: the row says
 * whether an attempt is due now.
 */
export async function workDelivery(deps: DeliverDeps, message: DeliveryMessage): Promise<void> {
  const { table, clock, logger } = deps;
  const delivery = await findDelivery(table, message.webhook_id, message.delivery_id);
  if (!delivery || !isDue(delivery, clock.now())) return;
  const webhook = await findWebhook(table, delivery.project_id, delivery.webhook_id);
  if (!webhook) return deleteDelivery(table, delivery);
  if (webhook.is_active) return attemptDelivery(deps, webhook, delivery, message.deferrals);
  const { webhook_id, idempotency_key } = delivery;
  await saveDelivery(table, giveUp(delivery), null);
  logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
}

/** Whoever moved the next attempt to later has seen to it that it comes. */
const isDue = ({ next_attempt_at }: Delivery, now: number): boolean =>
  next_attempt_at !== null && millisOf(next_attempt_at) <= now + skewMs;
