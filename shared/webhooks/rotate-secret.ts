import { changeWebhook } from './change-webhook.ts';
import { type Retirement, rotateSecrets, type Webhook } from './endpoint.ts';
import { createWebhookSecret } from './endpoint-secret.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Gives an endpoint a new secret. The one in use signs beside it for a day, unless it retires now.
 *
 * @returns the new secret as text, which no other answer shows; null when the endpoint was deleted since it was read
 */
export async function rotateSecret(
  deps: WebhookDeps,
  webhook: Webhook,
  retireOld?: Retirement,
): Promise<{ webhook: Webhook; secret: string } | null> {
  const { project_id: project, id: owner } = webhook;
  const secret = createWebhookSecret();
  const sealed = await deps.envelope.seal({ purpose: 'webhook', project, owner }, secret);
  const rotated = await changeWebhook(deps, webhook, (current) => ({
    ...current,
    secrets: rotateSecrets(current, sealed, deps.clock.now(), retireOld),
  }));
  return rotated && { webhook: rotated, secret };
}
