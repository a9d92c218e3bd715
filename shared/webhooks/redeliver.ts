import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { type Delivery, restartDelivery } from './delivery.ts';
import { recordDeliveryDay } from './delivery-day-store.ts';
import { findDelivery } from './delivery-store.ts';
import { requireActive, type Webhook } from './endpoint.ts';
import { scheduleDelivery } from './schedule-delivery.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Sends a delivery again, now, with the same body under the same key. The retry schedule begins again.
 *
 * @returns null when the endpoint has no such delivery
 * @throws AppError 400 when the endpoint is not active, 409 when other writers overtake it again and again
 */
export const redeliver = (deps: WebhookDeps, webhook: Webhook, id: string): Promise<Delivery | null> =>
  retryLostRace(async () => {
    const delivery = await findDelivery(deps.table, webhook.id, id);
    if (!delivery) return null;
    requireActive(webhook);
    const again = restartDelivery(delivery, timestampOf(deps.clock.now()));
    if (again.expires_at > delivery.expires_at) await recordDeliveryDay(deps.table, again);
    return (await scheduleDelivery(deps, again)) ?? lostRace;
  });
