import { giveUp, newDelivery } from '../../domain/delivery.ts';
import type { Fact, WebhookPayload } from '../../domain/fact.ts';
import { timestampOf } from '../../domain/timestamp.ts';
import { missesFact, type Webhook, wantsFact } from '../../domain/webhook.ts';
import { insertDelivery } from '../../store/delivery-store.ts';
import { listWebhooks } from '../../store/webhook-store.ts';
import { messageLeaseMs } from '../webhooks/keep-delivery.ts';
import { attemptDelivery } from './attempt-delivery.ts';
import type { DeliverDeps } from './deliver-deps.ts';

/**
 * Tells a fact of the bus to every endpoint of its project that wants it: each gets a delivery of its own, which is
 * stored with a timer and then attempted here and now, all side by side. No message is needed in between, so the first
 * attempt costs no hop; one that hangs holds up this invocation and nobody else's.
 *
 * A fact that comes again, after a crash or because queues repeat, finds its deliveries and goes on with those that
 * have not been attempted.
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
  const known = await insertDelivery(table, fresh, timestampOf(clock.now() + messageLeaseMs));
  const delivery = known ?? fresh;
  if (delivery.status === 'pending' && delivery.attempts.length === 0) {
    await attemptDelivery(deps, webhook, delivery, 0);
  }
}
