import type { Notification, WebhookPayload } from '../notifications/notification.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { makeAttempt, openSecrets } from './attempt.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { type Admission, admitWithNotification } from './circuit-breaker-store.ts';
import { type Delivery, giveUp, newDelivery } from './delivery.ts';
import { insertDelivery, saveDelivery } from './delivery-store.ts';
import { missesNotification, type Webhook, wantsNotification } from './endpoint.ts';
import { listWebhooks } from './endpoint-store.ts';
import { keepDelivery, messagesFor, timerOf } from './schedule-delivery.ts';

/** Long after the queue has brought a notification again for the first times. */
const rescueMs = 5 * 60_000;

/**
 * Tells a notification of the bus to every endpoint of its project that wants it: each gets a delivery of its own. Endpoints that
 * nobody knows anything bad of are sent it here and now, side by side, so nearly every first attempt costs no further hop.
 * A delivery to one that hangs, fails or is slow is a message: no notification waits for it.
 *
 * A notification that comes again, after a crash or because queues repeat, finds its deliveries and goes on with those that have
 * not been attempted.
 *
 * @throws the first of what went wrong, when all is done that can be; the queue brings the notification again
 */
export async function fanOut(deps: AttemptDeps, { project_id: projectId, payload }: Notification): Promise<void> {
  const webhooks = await listWebhooks(deps.table, projectId);
  const told = await Promise.allSettled(webhooks.map((webhook) => tell(deps, webhook, payload)));
  const failed = told.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function tell(deps: AttemptDeps, webhook: Webhook, payload: WebhookPayload): Promise<void> {
  const { table, clock, logger, limits, retentionDays, random } = deps;
  const misses = missesNotification(webhook, payload.trigger);
  if (!misses && !wantsNotification(webhook, payload.trigger)) return;
  const delivery = newDelivery(webhook, payload, clock.stamp(), retentionDays);
  if (misses) {
    await insertDelivery(table, giveUp(delivery), null);
    const { webhook_id, idempotency_key } = delivery;
    logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
    return;
  }
  const admission = await admitWithNotification(table, webhook.id, limits, clock.now(), random);
  await (admission ? attemptHere(deps, webhook, delivery, admission) : handOver(deps, delivery));
}

const isUntouched = ({ status, attempts }: Delivery): boolean => status === 'pending' && attempts.length === 0;

/**
 * Until its attempt is noted the delivery needs no timer, which would be two writes to the due index: the notification stays in
 * the queue for as long.
 */
async function attemptHere(deps: AttemptDeps, webhook: Webhook, fresh: Delivery, admission: Admission): Promise<void> {
  const { table, clock } = deps;
  const delivery = (await insertDelivery(table, fresh, null)) ?? fresh;
  if (!isUntouched(delivery)) return;
  try {
    await makeAttempt(deps, webhook, delivery, { admission, secrets: await openSecrets(deps, webhook) });
  } catch (error) {
    // The notification comes again, but not for ever: should it end in the dead letters, the delivery goes on by a timer.
    await saveDelivery(table, delivery, timestampOf(clock.now() + rescueMs));
    throw error;
  }
}

async function handOver(deps: AttemptDeps, fresh: Delivery): Promise<void> {
  const { table, queue, clock } = deps;
  const now = clock.now();
  const known = await insertDelivery(table, fresh, timerOf(fresh, now));
  if (!known) return queue.send(messagesFor(fresh, now));
  // It may be without a timer, from when the endpoint was trusted.
  if (isUntouched(known)) await keepDelivery(deps, known);
}
