import { changeWebhook } from './change-webhook.ts';
import type { Webhook } from './endpoint.ts';
import { resetHealth } from './endpoint-traffic-store.ts';
import type { WebhookDeps } from './webhook-deps.ts';

export interface WebhookChanges {
  url?: string | undefined;
  triggers?: Webhook['triggers'] | undefined;
  is_active?: boolean | undefined;
  filter?: Webhook['filter'] | undefined;
  offsets_minutes?: number[] | undefined;
}

/**
 * Updates an endpoint. Activation of an inactive one, or a new URL, forgets the failures of the past. An active endpoint
 * that is activated again keeps its pause.
 *
 * @returns null when it was deleted since it was read
 */
export async function updateWebhook(
  deps: WebhookDeps,
  webhook: Webhook,
  changes: WebhookChanges,
): Promise<Webhook | null> {
  const { is_active, url } = changes;
  // First: after a crash in between, a healthy endpoint is only unproven again.
  const isActivated = is_active === true && !webhook.is_active;
  if (isActivated || (url !== undefined && url !== webhook.url)) await resetHealth(deps.table, webhook.id);
  return changeWebhook(deps, webhook, (current) => ({
    ...current,
    url: url ?? current.url,
    triggers: changes.triggers ?? current.triggers,
    offsets_minutes: changes.offsets_minutes ?? current.offsets_minutes,
    filter: changes.filter === undefined ? current.filter : changes.filter,
    ...(is_active === true && { is_active, inactive_reason: null, inactive_since: null }),
    // An endpoint that Kalends disabled keeps its reason when its owner deactivates it, too.
    ...(is_active === false && current.is_active && { is_active, inactive_since: deps.clock.stamp() }),
  }));
}
