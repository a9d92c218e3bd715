import { forgetHealth } from './circuit-breaker-store.ts';
import { rotateSecrets, type Webhook } from './endpoint.ts';
import { createWebhookSecret } from './endpoint-secret.ts';
import { findWebhook, replaceWebhook } from './endpoint-store.ts';
import type { WebhookDeps } from './webhook-deps.ts';

export interface WebhookChanges {
  url?: string | undefined;
  triggers?: Webhook['triggers'] | undefined;
  is_active?: boolean | undefined;
}

const mostTries = 5;

/**
 * Changes an endpoint. Activating it, or pointing it elsewhere, makes it begin anew: reason and failures are forgotten.
 *
 * @returns null when it was deleted meanwhile
 */
export async function updateWebhook(
  deps: WebhookDeps,
  webhook: Webhook,
  changes: WebhookChanges,
): Promise<Webhook | null> {
  const { is_active, url } = changes;
  // Before the change: a crash in between costs a healthy endpoint nothing but a little of its good name.
  if (is_active || (url !== undefined && url !== webhook.url)) await forgetHealth(deps.table, webhook.id);
  return rewrite(deps, webhook, (current) => ({
    ...current,
    url: url ?? current.url,
    triggers: changes.triggers ?? current.triggers,
    ...(is_active === true && { is_active, inactive_reason: null, inactive_since: null }),
    // Who switches off what Kalends has stopped leaves it as it is, with the reason.
    ...(is_active === false && current.is_active && { is_active, inactive_since: deps.clock.stamp() }),
  }));
}

/**
 * Gives an endpoint another secret; the ones in use sign beside it for a day.
 *
 * @returns the new secret, whose text is in this answer only; null when the endpoint was deleted meanwhile
 */
export async function rotateSecret(
  deps: WebhookDeps,
  webhook: Webhook,
): Promise<{ webhook: Webhook; secret: string } | null> {
  const { project_id: project, id: owner } = webhook;
  const secret = createWebhookSecret();
  const sealed = await deps.envelope.seal({ purpose: 'webhook', project, owner }, secret);
  const rotated = await rewrite(deps, webhook, (current) => ({
    ...current,
    secrets: rotateSecrets(current, sealed, deps.clock.now()),
  }));
  return rotated && { webhook: rotated, secret };
}

/** Kalends may stop an endpoint in the moment in which its owner changes it: neither is lost. */
async function rewrite(
  { table, clock }: WebhookDeps,
  webhook: Webhook,
  change: (current: Webhook) => Webhook,
): Promise<Webhook | null> {
  let current: Webhook | null = webhook;
  for (let tries = 0; current && tries < mostTries; tries += 1) {
    const next: Webhook = { ...change(current), updated_at: clock.stamp() };
    if (await replaceWebhook(table, next, current.updated_at)) return next;
    current = await findWebhook(table, webhook.project_id, webhook.id);
  }
  if (current) throw new Error('an endpoint that changes faster than it can be changed');
  return null;
}
