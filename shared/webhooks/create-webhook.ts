import { randomId } from '../platform/ids.ts';
import type { Webhook } from './endpoint.ts';
import { createWebhookSecret } from './endpoint-secret.ts';
import { insertWebhook } from './endpoint-store.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/** @returns the endpoint, and its secret as text, which no other answer shows */
export async function createWebhook(
  { table, envelope, clock }: WebhookDeps,
  projectId: string,
  fields: Pick<Webhook, 'url' | 'triggers' | 'is_active'> & Partial<Pick<Webhook, 'filter' | 'offsets_minutes'>>,
): Promise<{ webhook: Webhook; secret: string }> {
  const id = randomId('webhook');
  const secret = createWebhookSecret();
  const created_at = clock.stamp();
  const webhook: Webhook = {
    filter: null,
    offsets_minutes: [0],
    ...fields,
    id,
    project_id: projectId,
    inactive_reason: null,
    inactive_since: fields.is_active ? null : created_at,
    secrets: [{ sealed: await envelope.seal({ purpose: 'webhook', project: projectId, owner: id }, secret) }],
    created_at,
    updated_at: created_at,
  };
  await insertWebhook(table, webhook);
  return { webhook, secret };
}
