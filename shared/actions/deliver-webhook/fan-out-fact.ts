import { giveUp, newDelivery } from '../../domain/delivery.ts';
import type { Fact, WebhookPayload } from '../../domain/fact.ts';
import { timestampOf } from '../../domain/timestamp.ts';
import { missesFact, type Webhook, wantsFact } from '../../domain/webhook.ts';
import { insertDelivery, saveDelivery } from '../../store/delivery-store.ts';
import { listWebhooks } from '../../store/webhook-store.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import type { DeliverDeps } from './deliver-deps.ts';

/** Long after the queue has brought a fact again for the first times. */
const rescueMs = 5 * 60_000;

/**
 * Tells a fact of the bus to every endpoint of its project that wants it: each gets a delivery of its own, which is
 * stored and then attempted here and now, all side by side. No message is needed in between, so the first attempt costs
 * no hop; one that hangs holds up this invocation and nobody else's.
 *
 * Until its first attempt is noted, or put off, a delivery needs no timer: the fact stays in the queue for as long. One
 * that comes again, after a crash or because queues repeat, finds its deliveries and goes on with those that have not
 * been attempted. That saves two writes to the due index for nearly every delivery.
 *
 * @throws the first of what went wrong, when all is done that can be; the queue brings the fact again
 */
export async function fanOutFact(deps: DeliverDeps, { project_id: projectId, payload }: Fact): Promise<void> {
  const webhooks = await listWebhooks(deps.table, projectId);
  const told = await Promise.allSettled(webhooks.map((webhook) => tell(deps, webhook, payload)));
  const failed = told.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
}

async function tell(deps: DeliverDeps, webhook: Webhook, payload: WebhookPayload): Promise<void> {
  const { table, clock, logger, retentionDays } = deps;
  if (missesFact(webhook, payload.trigger)) {
    const missed = giveUp(newDelivery(webhook, payload, clock.stamp(), retentionDays));
    await insertDelivery(table, missed, null);
    const { webhook_id, idempotency_key } = missed;
    logger.info('webhook missed', { webhook_id, idempotency_key, reason: webhook.inactive_reason });
    return;
  }
  if (!wantsFact(webhook, payload.trigger)) return;
  const fresh = newDelivery(webhook, payload, clock.stamp(), retentionDays);
  const known = await insertDelivery(table, fresh, null);
  const delivery = known ?? fresh;
  if (delivery.status !== 'pending' || delivery.attempts.length > 0) return;
  try {
    await attemptDelivery(deps, webhook, delivery, 0);
  } catch (error) {
    // The fact comes again, but not for ever: should it end in the dead letters, the delivery goes on by a timer.
    await saveDelivery(table, delivery, timestampOf(clock.now() + rescueMs));
    throw error;
  }
}
