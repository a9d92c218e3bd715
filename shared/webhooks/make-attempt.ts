import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { AttemptDeps } from './attempt-deps.ts';
import { completeAttempt } from './complete-attempt.ts';
import type { Delivery } from './delivery.ts';
import type { Webhook } from './endpoint.ts';
import { markDegraded, type Permit, releasePermit } from './endpoint-traffic-store.ts';
import type { Secrets } from './open-secrets.ts';
import type { WebhookAnswer } from './post-webhook.ts';
import { signWebhook } from './sign.ts';

/**
 * Makes an attempt that has its permit, and records the outcome.
 *
 * @param ended when the project has used up its share of the workers
 * @returns false when the attempt was ended for that: it does not count
 */
export async function makeAttempt(
  deps: AttemptDeps,
  webhook: Webhook,
  delivery: Delivery,
  { permit, secrets, ended }: { permit: Permit; secrets: Secrets; ended: AbortSignal },
): Promise<boolean> {
  const startedAt = deps.clock.now();
  const answer = await send(deps, webhook, delivery, { secrets, permit, ended });
  if (answer.error === 'ABORTED') {
    await releasePermit(deps.table, webhook.id, permit, { now: deps.clock.now(), limits: deps.limits });
    return false;
  }
  await completeAttempt(deps, webhook, delivery, permit, { ...answer, startedAt });
  return true;
}

async function send(
  deps: AttemptDeps,
  { id, url }: Webhook,
  delivery: Delivery,
  { secrets, permit: { traffic }, ended }: { secrets: Secrets; permit: Permit; ended: AbortSignal },
): Promise<WebhookAnswer> {
  const body = Buffer.from(delivery.body);
  const signatures = signWebhook({ id: delivery.idempotency_key, now: deps.clock.now(), body }, secrets);
  // The endpoint becomes degraded while the slow attempt still runs, so that no other attempt runs into the same.
  let marked: Promise<void> | undefined;
  const timer = setTimeout(() => {
    deps.memory.forget(id);
    if (!traffic.is_degraded) marked = markSlow(deps, id);
  }, webhookTimingMs.fastAnswer);
  const headers = { 'content-type': 'application/json', 'user-agent': deps.userAgent, ...signatures };
  const answer = await deps.post(url, headers, body, ended);
  clearTimeout(timer);
  await marked;
  return answer;
}

/** A failure here is only logged: the attempt itself goes on, and its outcome marks the endpoint, too. */
async function markSlow({ table, logger }: AttemptDeps, webhookId: string): Promise<void> {
  try {
    await markDegraded(table, webhookId);
  } catch (error) {
    logger.error('slow endpoint not marked', { webhook_id: webhookId, error: error as Error });
  }
}
