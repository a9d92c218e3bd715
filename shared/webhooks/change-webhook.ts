import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Webhook } from './endpoint.ts';
import { findWebhook, replaceWebhook } from './endpoint-store.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Changes an endpoint as it is now: a worker may disable it at the same time, and neither change is lost.
 *
 * @param webhook as it was read
 * @returns null when it was deleted since then
 * @throws AppError 409 when other writers overtake it again and again
 */
export const changeWebhook = (
  { table, clock }: WebhookDeps,
  webhook: Webhook,
  change: (current: Webhook) => Webhook,
): Promise<Webhook | null> =>
  retryLostRace(async (number) => {
    const current = number === 1 ? webhook : await findWebhook(table, webhook.project_id, webhook.id);
    if (!current) return null;
    const next: Webhook = { ...change(current), updated_at: clock.stamp() };
    return (await replaceWebhook(table, next, current.updated_at)) ? next : lostRace;
  });
