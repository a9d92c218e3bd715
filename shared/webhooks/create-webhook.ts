import { AppError } from '../platform/app-error.ts';
import { randomId } from '../platform/ids.ts';
import { maxWebhooks, type Webhook } from './endpoint.ts';
import { createWebhookSecret } from './endpoint-secret.ts';
import { insertWebhook, listWebhooks } from './endpoint-store.ts';
import type { WebhookDeps } from './webhook-deps.ts';

/**
 * Creates an endpoint. With the limit, one small query lists a project's endpoints. Requests at the same instant may exceed it by
 * a few, which does no harm.
 *
 * @returns the endpoint, and its secret as text, which no other answer shows
 * @throws AppError 400 when the project has `maxWebhooks` already
 */
export async function createWebhook(
  { table, envelope, clock }: WebhookDeps,
  projectId: string,
  fields: Pick<Webhook, 'url' | 'triggers' | 'is_active'>,
): Promise<{ webhook: Webhook; secret: string }> {
  if ((await listWebhooks(table, projectId)).length >= maxWebhooks) {
    throw new AppError('invalid_fields', `A project can have at most ${maxWebhooks} webhooks.`);
  }
  const id = randomId('webhook');
  const secret = createWebhookSecret();
  const created_at = clock.stamp();
  const webhook: Webhook = {
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
