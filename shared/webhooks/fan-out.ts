import type { NotificationMessage } from '../notifications/notification-message.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { type RequestTicksDeps, requestChangedTicks } from '../ticks/request-ticks.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { type Refusal, refusalOf } from './concurrency-limit.ts';
import { decideFanOut } from './decide-fan-out.ts';
import { type Delivery, isUntouched, missDelivery, newDelivery, skipDelivery } from './delivery.ts';
import { recordDeliveryDay } from './delivery-day-store.ts';
import { dayOf } from './delivery-row.ts';
import { saveDelivery } from './delivery-store.ts';
import type { Webhook } from './endpoint.ts';
import { listWebhooks } from './endpoint-store.ts';
import type { EndpointTraffic } from './endpoint-traffic.ts';
import { acquireInlinePermit, noteDeliveryDay, noteWaiting, type Permit } from './endpoint-traffic-store.ts';
import { type PendingFanOut, readFanOut } from './fan-out-store.ts';
import { makeAttempt } from './make-attempt.ts';
import { openSecrets } from './open-secrets.ts';
import { postponeDelivery } from './postpone-delivery.ts';
import { scheduleDelivery } from './schedule-delivery.ts';

/** A change of events may move their ticks. */
export interface FanOutDeps extends AttemptDeps {
  tickQueue: RequestTicksDeps['tickQueue'];
  /** Deliveries that may wait for one endpoint. */
  mostWaiting: number;
}

/**
 * Delivers a notification to every endpoint of its project that subscribes to it. Healthy and unproven endpoints are
 * delivered to inline, in parallel: nearly every first attempt needs no message, and its delivery is stored once, after
 * it. A delivery to a degraded endpoint is stored and sent by a message, so that no notification waits for it; so is one
 * of a project that keeps its share of the workers busy. While a degraded endpoint has no room, the message comes later;
 * and when too many deliveries wait for it, new ones are skipped.
 *
 * A notification may come again, after a crash or because queues repeat. It finds its deliveries, and continues with
 * those that were not attempted. A crash between an attempt and its row repeats the attempt under the same key.
 *
 * @throws the first error, after every endpoint was tried; the queue brings the notification again
 */
export async function fanOut(deps: FanOutDeps, { project_id, payload, at }: NotificationMessage): Promise<void> {
  // Half the cost of a consistent read. An endpoint that was created a moment ago may miss the notification.
  const webhooks = await listWebhooks(deps.table, project_id, { isConsistent: false });
  if (payload.trigger === 'calendar.events_update' && payload.calendar_id !== null) {
    await requestChangedTicks(deps, webhooks, { projectId: project_id, calendarId: payload.calendar_id });
  }
  const now = deps.clock.now();
  const wanted = webhooks.flatMap((webhook) => {
    const decision = decideFanOut(webhook, payload);
    if (decision === 'ignore') return [];
    return [{ webhook, decision, delivery: newDelivery(webhook, payload, at, deps.retentionDays, now) }];
  });
  const pending = await readFanOut(deps.table, wanted, deps.memory, now);
  const results = await Promise.allSettled(pending.map((one) => deliver(deps, one)));
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function deliver(deps: FanOutDeps, { webhook, decision, delivery, traffic }: PendingFanOut): Promise<void> {
  if (!isUntouched(delivery) || traffic.deleted_at !== undefined) return;
  const day = dayOf(delivery.created_at);
  if (traffic.delivery_day !== day) {
    await recordDeliveryDay(deps.table, delivery);
    await noteDeliveryDay(deps.table, webhook.id, day, deps.clock.now());
    deps.memory.forget(webhook.id);
  }
  if (decision === 'record_as_missed') return recordAsMissed(deps, webhook, delivery);
  // A message for it would find the same.
  const refusal = refusalOf(traffic, deps.limits, deps.clock.now());
  if (refusal) return keepWaiting(deps, delivery, traffic, refusal);
  const isMade = await deps.share.run({ projectId: webhook.project_id, isSlow: false }, async (ended) => {
    const permit = await acquireInlinePermit(deps, webhook.id, traffic, deps.clock.now());
    return permit ? attemptInline(deps, webhook, delivery, { permit, ended }) : false;
  });
  if (!isMade) await keepWaiting(deps, delivery, traffic, null);
}

/**
 * Stores a delivery that no attempt was made for. For a healthy endpoint nothing is counted: it gets dozens a second. A
 * delivery is counted after it is stored, so that a crash between the two lets one more wait, and skips none.
 */
async function keepWaiting(
  deps: FanOutDeps,
  delivery: Delivery,
  traffic: EndpointTraffic,
  refusal: Refusal | null,
): Promise<void> {
  const isCounted = traffic.is_degraded === true && delivery.version === 0;
  if (isCounted && (traffic.waiting ?? 0) >= deps.mostWaiting) return recordAsSkipped(deps, delivery);
  const waiting: Delivery = isCounted ? { ...delivery, is_counted: true } : delivery;
  const stored = refusal
    ? await postponeDelivery(deps, waiting, { retryAt: refusal.retryAt, deferrals: 0, traffic })
    : await scheduleDelivery(deps, waiting);
  if (isCounted && stored) await noteWaiting(deps.table, delivery.webhook_id, 1, deps.clock.now());
}

async function recordAsSkipped({ table, logger }: AttemptDeps, delivery: Delivery): Promise<void> {
  await saveDelivery(table, skipDelivery(delivery), null);
  const { webhook_id, idempotency_key } = delivery;
  logger.warn('webhook skipped', { webhook_id, idempotency_key, reason: 'too_many_waiting', alarm: 'webhook' });
}

async function recordAsMissed({ table, logger }: AttemptDeps, webhook: Webhook, delivery: Delivery): Promise<void> {
  await saveDelivery(table, missDelivery(delivery, webhook), null);
  const { webhook_id, idempotency_key } = delivery;
  logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
}

/** The delivery is not stored until its attempt is recorded: the notification stays in its queue until then. */
async function attemptInline(
  deps: AttemptDeps,
  webhook: Webhook,
  delivery: Delivery,
  more: { permit: Permit; ended: AbortSignal },
): Promise<boolean> {
  try {
    return await makeAttempt(deps, webhook, delivery, { ...more, secrets: await openSecrets(deps, webhook) });
  } catch (error) {
    // The notification comes again, but not for ever: after its last receive the timer brings the delivery.
    await saveDelivery(deps.table, delivery, timestampOf(deps.clock.now() + webhookTimingMs.inlineRescue));
    throw error;
  }
}
