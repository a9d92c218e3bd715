import { timestampOf } from '../platform/timestamp.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { fastMs, isGivenUp, pauseAfterFailure } from './circuit-breaker.ts';
import { type Admission, reportFailure, reportSuccess } from './circuit-breaker-store.ts';
import { type Delivery, type DeliveryAttempt, noteAttempt } from './delivery.ts';
import { findDelivery, saveDelivery } from './delivery-store.ts';
import type { InactiveReason, Webhook } from './endpoint.ts';
import { deactivateWebhook } from './endpoint-store.ts';
import type { WebhookAnswer } from './post-webhook.ts';
import { parseRetryAfter } from './retry-after.ts';
import { nextAttemptDelay } from './retry-schedule.ts';
import { keepDelivery, timerOf } from './schedule-delivery.ts';

/** An attempt as it went. */
export interface AttemptOutcome extends WebhookAnswer {
  /** Milliseconds since the epoch. */
  startedAt: number;
}

/** Draws the conclusions from an attempt: for the delivery, for the endpoint, and for what else the endpoint is sent. */
export async function settleAttempt(
  deps: AttemptDeps,
  webhook: Webhook,
  delivery: Delivery,
  admission: Admission,
  outcome: AttemptOutcome,
): Promise<void> {
  const { table, clock, limits, random } = deps;
  const { status, error, durationMs } = outcome;
  const now = clock.now();
  if (status !== null && status >= 200 && status < 300) {
    await Promise.all([
      record(deps, delivery, outcome, { taken: true, now, delayMs: null }),
      reportSuccess(table, webhook.id, admission, { now, isFast: durationMs < fastMs, limits }),
    ]);
    return;
  }
  const reason: InactiveReason | null = status === 410 ? 'gone' : isGivenUp(admission.health, now) ? 'failing' : null;
  // First, so that no attempt is the last one of an endpoint that goes on.
  if (reason) await deactivate(deps, webhook, reason);
  const retryAfterSeconds = parseRetryAfter(outcome.retryAfter, now);
  const pauseMs = pauseAfterFailure(admission.health.failures + 1, { status, error, retryAfterSeconds });
  const delayMs = reason ? null : nextAttemptDelay(delivery.round + 1, retryAfterSeconds, random());
  await Promise.all([
    record(deps, delivery, outcome, { taken: false, now, delayMs }),
    reportFailure(table, webhook.id, admission, { now, pauseMs, limits }),
  ]);
}

async function record(
  deps: AttemptDeps,
  delivery: Delivery,
  { startedAt, status, durationMs, text, error }: AttemptOutcome,
  result: { taken: boolean; now: number; delayMs: number | null },
): Promise<void> {
  const attempt: DeliveryAttempt = {
    at: timestampOf(startedAt),
    status_code: status,
    duration_ms: durationMs,
    response: status === null ? null : text,
    error,
  };
  let read: Delivery | null = delivery;
  let stored: Delivery | null = null;
  while (read && !stored) {
    const noted = noteAttempt(read, delivery.version, attempt, result);
    const isOurs = result.taken || read === delivery;
    stored = isOurs
      ? await keepDelivery(deps, noted)
      : await saveDelivery(deps.table, noted, timerOf(noted, result.now));
    // Someone else wrote it meanwhile, and has seen to what comes next: asked for it again, or attempted it, too.
    if (!stored) read = await findDelivery(deps.table, delivery.webhook_id, delivery.id);
  }
  if (stored) report(deps, stored, attempt);
}

function report({ logger }: AttemptDeps, delivery: Delivery, attempt: DeliveryAttempt): void {
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
    logger.warn('webhook given up', { ...entry, error_code: attempt.error, alarm: 'webhook' });
  } else {
    const { next_attempt_at } = delivery;
    logger.warn('webhook not delivered', { ...entry, error_code: attempt.error, next_attempt_at });
  }
}

async function deactivate(
  { table, clock, logger }: AttemptDeps,
  webhook: Webhook,
  reason: InactiveReason,
): Promise<void> {
  if (!(await deactivateWebhook(table, webhook, reason, clock.stamp()))) return;
  logger.warn('webhook deactivated', { webhook_id: webhook.id, reason, alarm: 'webhook' });
}
