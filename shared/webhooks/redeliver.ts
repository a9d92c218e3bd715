import { AppError } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { askAgain, type Delivery, newDelivery, testTrigger } from './delivery.ts';
import { findDelivery, insertDelivery } from './delivery-store.ts';
import type { Webhook } from './endpoint.ts';
import { type Replay, replayDeliveries } from './replay-deliveries.ts';
import { keepDelivery, messagesFor, timerOf } from './schedule-delivery.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** Deliveries a replay asks for before it answers; the webhook queue goes on with the rest. */
const replayedAtOnce = 500;
const patienceMs = 8_000;

/**
 * Delivers again, now, and by the schedule if need be: the same body under the same key.
 *
 * @returns null when the endpoint has no such delivery
 * @throws AppError 400 when the endpoint is not active
 */
export async function redeliver(deps: WebhookDeps, webhook: Webhook, id: string): Promise<Delivery | null> {
  let stored: Delivery | null = null;
  for (let tries = 0; !stored && tries < 5; tries += 1) {
    const delivery = await findDelivery(deps.table, webhook.id, id);
    if (!delivery) return null;
    requireActive(webhook);
    stored = await keepDelivery(deps, askAgain(delivery, timestampOf(deps.clock.now())));
  }
  if (!stored) throw new Error('a delivery that changes faster than it can be changed');
  return stored;
}

/** A signed delivery that tells nothing, by the way of all others. @throws AppError 400 when the endpoint is not active */
export async function deliverTest(deps: WebhookDeps, webhook: Webhook): Promise<Delivery> {
  requireActive(webhook);
  const { table, queue, clock, newId, retentionDays } = deps;
  const payload = {
    idempotency_key: newId(),
    calendar_id: null,
    calendar_deduplication_key: null,
    calendar_metadata: null,
    trigger: testTrigger,
    data: {
      state: 'connected',
      connection_failure_data: null,
      last_successful_sync_at: null,
      last_attempted_sync_at: null,
    },
  } as const;
  const delivery = newDelivery(webhook, payload, clock.stamp(), retentionDays);
  const now = clock.now();
  await insertDelivery(table, delivery, timerOf(delivery, now));
  await queue.send(messagesFor(delivery, now));
  return delivery;
}

/**
 * Asks again for what an endpoint has not got; when that is very much, the webhook queue goes on with it.
 *
 * @returns how many were asked for so far, and whether these are all
 * @throws AppError 400 when the endpoint is not active
 */
export async function replay(
  deps: WebhookDeps,
  webhook: Webhook,
  { since, only }: Pick<Replay, 'since' | 'only'>,
): Promise<{ replayed: number; is_complete: boolean }> {
  requireActive(webhook);
  const started = deps.clock.now();
  const wanted: Replay = { webhook_id: webhook.id, since, until: deps.clock.stamp(), only, position: null };
  const mayGoOn = (replayed: number): boolean => replayed < replayedAtOnce && deps.clock.now() - started < patienceMs;
  const { replayed, position } = await replayDeliveries(deps, wanted, mayGoOn);
  if (position === null) return { replayed, is_complete: true };
  const { project_id } = webhook;
  await deps.queue.send([{ message: { kind: 'replay', project_id, ...wanted, position } }]);
  return { replayed, is_complete: false };
}

function requireActive({ is_active }: Webhook): void {
  if (!is_active) throw new AppError('refused', 'The webhook is not active.');
}
