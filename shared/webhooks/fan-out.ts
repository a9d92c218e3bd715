import type { Notification, WebhookPayload } from '../notifications/notification.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { decideFanOut } from './decide-fan-out.ts';
import { type Delivery, exhaustDelivery, isUntouched, newDelivery } from './delivery.ts';
import { insertDelivery, saveDelivery } from './delivery-store.ts';
import type { Webhook } from './endpoint.ts';
import { listWebhooks } from './endpoint-store.ts';
import { acquireInlinePermit, type Permit } from './endpoint-traffic-store.ts';
import { makeAttempt } from './make-attempt.ts';
import { dueTimeOf, messagesFor } from './next-attempt.ts';
import { openSecrets } from './open-secrets.ts';
import { scheduleDelivery } from './schedule-delivery.ts';

/**
 * Delivers a notification to every endpoint of its project that subscribes to it, each by a delivery row. Healthy and
 * unproven endpoints are delivered to inline, in parallel: nearly every first attempt needs no message. A delivery to a
 * degraded endpoint is a message, so that no notification waits for it.
 *
 * A notification may come again, after a crash or because queues repeat. It finds its deliveries, and continues with
 * those that were not attempted.
 *
 * @throws the first error, after every endpoint was tried; the queue brings the notification again
 */
export async function fanOut(deps: AttemptDeps, { project_id: projectId, payload }: Notification): Promise<void> {
  const webhooks = await listWebhooks(deps.table, projectId);
  const results = await Promise.allSettled(webhooks.map((webhook) => deliver(deps, webhook, payload)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function deliver(deps: AttemptDeps, webhook: Webhook, payload: WebhookPayload): Promise<void> {
  const { table, clock, limits, retentionDays, random } = deps;
  const decision = decideFanOut(webhook, payload.trigger);
  if (decision === 'ignore') return;
  const delivery = newDelivery(webhook, payload, clock.stamp(), retentionDays);
  if (decision === 'record_as_missed') return recordAsMissed(deps, webhook, delivery);
  const permit = await acquireInlinePermit(table, webhook.id, limits, clock.now(), random);
  await (permit ? attemptInline(deps, webhook, delivery, permit) : enqueue(deps, delivery));
}

async function recordAsMissed({ table, logger }: AttemptDeps, webhook: Webhook, delivery: Delivery): Promise<void> {
  await insertDelivery(table, exhaustDelivery(delivery), null);
  const { webhook_id, idempotency_key } = delivery;
  logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
}

/**
 * The delivery has no timer until its attempt is recorded, which saves two writes to the due index. The notification
 * stays in its queue until then.
 */
async function attemptInline(deps: AttemptDeps, webhook: Webhook, fresh: Delivery, permit: Permit): Promise<void> {
  const { table, clock } = deps;
  const delivery = (await insertDelivery(table, fresh, null)) ?? fresh;
  if (!isUntouched(delivery)) return;
  try {
    await makeAttempt(deps, webhook, delivery, { permit, secrets: await openSecrets(deps, webhook) });
  } catch (error) {
    // The notification comes again, but not for ever: after its last receive the timer brings the delivery.
    await saveDelivery(table, delivery, timestampOf(clock.now() + webhookTimingMs.inlineRescue));
    throw error;
  }
}

async function enqueue(deps: AttemptDeps, fresh: Delivery): Promise<void> {
  const { table, queue, clock } = deps;
  const now = clock.now();
  const known = await insertDelivery(table, fresh, dueTimeOf(fresh, now));
  if (!known) return queue.send(messagesFor(fresh, now));
  // It may be without a timer, from when the endpoint was delivered to inline.
  if (isUntouched(known)) await scheduleDelivery(deps, known);
}
