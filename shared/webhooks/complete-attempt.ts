import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { disableAfterFailure, openAfterFailure } from './circuit-breaker.ts';
import { type Delivery, type DeliveryAttempt, recordAttempt, waitingChange } from './delivery.ts';
import { findDelivery, saveDelivery } from './delivery-store.ts';
import type { InactiveReason, Webhook } from './endpoint.ts';
import { disableWebhook } from './endpoint-store.ts';
import { type Permit, recordFailure, recordSuccess } from './endpoint-traffic-store.ts';
import { explainFailure } from './explain-failure.ts';
import { dueTimeOf } from './next-attempt.ts';
import { parseRetryAfter } from './parse-retry-after.ts';
import type { WebhookAnswer } from './post-webhook.ts';
import { nextAttemptDelay } from './retry-schedule.ts';
import { scheduleDelivery } from './schedule-delivery.ts';

/** A finished attempt. */
export interface AttemptOutcome extends WebhookAnswer {
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** Records an attempt: in the delivery, in the traffic of its endpoint, and where it disables the endpoint. */
export async function completeAttempt(
  deps: AttemptDeps,
  webhook: Webhook,
  delivery: Delivery,
  permit: Permit,
  outcome: AttemptOutcome,
): Promise<void> {
  const { table, clock, limits, random } = deps;
  const { status, error, durationMs } = outcome;
  const now = clock.now();
  if (status !== null && status >= 200 && status < 300) {
    const waiting = await storeAttempt(deps, delivery, outcome, { accepted: true, now, delayMs: null });
    const isFast = durationMs < webhookTimingMs.fastAnswer;
    return recordSuccess(table, webhook.id, permit, { now, isFast, waiting, limits });
  }
  deps.memory.forget(webhook.id);
  const retryAfterSeconds = parseRetryAfter(outcome.retryAfter, now);
  const failure = { status, error, retryAfterSeconds };
  const reason = disableAfterFailure(permit.traffic, failure, now);
  // First: after a crash, an exhausted delivery must not stand beside an endpoint that is still active.
  if (reason) await disable(deps, webhook, reason);
  const openMs = openAfterFailure((permit.traffic.failures ?? 0) + 1, failure);
  const delayMs = reason ? null : nextAttemptDelay(delivery.round + 1, retryAfterSeconds, random());
  const waiting = await storeAttempt(deps, delivery, outcome, { accepted: false, now, delayMs });
  await recordFailure(table, webhook.id, permit, { now, openMs, waiting, limits });
}

/** @returns what it adds to the number of deliveries that wait for the endpoint */
async function storeAttempt(
  deps: AttemptDeps,
  delivery: Delivery,
  outcome: AttemptOutcome,
  result: { accepted: boolean; now: number; delayMs: number | null },
): Promise<number> {
  const { startedAt, status, durationMs, text, error } = outcome;
  const attempt: DeliveryAttempt = {
    at: timestampOf(startedAt),
    status_code: status,
    duration_ms: durationMs,
    response: status === null ? null : text,
    error: explainFailure(outcome),
  };
  const stored = await retryLostRace(async (number) => {
    const isFirst = number === 1;
    const current = isFirst ? delivery : await findDelivery(deps.table, delivery.webhook_id, delivery.id);
    if (!current) return null;
    const next = recordAttempt(current, delivery.version, attempt, result);
    // After a lost race the other writer has scheduled what follows: it attempted the delivery, too, or sends it again.
    const isScheduledHere = result.accepted || isFirst;
    const saved = isScheduledHere
      ? await scheduleDelivery(deps, next)
      : await saveDelivery(deps.table, next, dueTimeOf(next, result.now));
    return saved ? { saved, waiting: waitingChange(current, saved) } : lostRace;
  });
  if (!stored) return 0;
  logAttempt(deps, stored.saved, attempt, error);
  return stored.waiting;
}

/** @param errorCode never the explanation: a `Location` may hold a secret of the endpoint's owner */
function logAttempt(
  { logger }: AttemptDeps,
  delivery: Delivery,
  attempt: DeliveryAttempt,
  errorCode: string | null,
): void {
  const entry = {
    webhook_id: delivery.webhook_id,
    delivery_id: delivery.id,
    idempotency_key: delivery.idempotency_key,
    trigger: delivery.trigger,
    status: attempt.status_code,
    duration_ms: attempt.duration_ms,
    attempt: delivery.attempts.length,
  };
  if (delivery.status === 'delivered') logger.info('webhook delivered', entry);
  else if (delivery.status === 'exhausted') {
    logger.warn('delivery exhausted', { ...entry, error_code: errorCode, alarm: 'webhook' });
  } else {
    const { next_attempt_at } = delivery;
    logger.warn('webhook not delivered', { ...entry, error_code: errorCode, next_attempt_at });
  }
}

async function disable({ table, clock, logger }: AttemptDeps, webhook: Webhook, reason: InactiveReason): Promise<void> {
  if (!(await disableWebhook(table, webhook, reason, clock.stamp()))) return;
  logger.warn('endpoint disabled', { webhook_id: webhook.id, reason, alarm: 'webhook' });
}
