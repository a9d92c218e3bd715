import { randomId } from '../domain/identifiers.ts';
import { maxWebhooks, type Webhook } from '../domain/webhook.ts';
import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { createWebhookSecret } from '../webhooks/webhook-secret.ts';

export interface CreateWebhookDeps {
  listWebhooks(projectId: string): Promise<Webhook[]>;
  insertWebhook(webhook: Webhook): Promise<void>;
  envelope: Pick<Envelope, 'seal'>;
  clock: Clock;
}

/**
 * Creates an endpoint. The limit keeps a project's list one small query; creates at the same instant may exceed it by
 * a few, which harms nothing.
 *
 * @returns the endpoint, and its secret, whose text is in this answer only
 * @throws AppError 400 when the project has `maxWebhooks` already
 */
export async function createWebhook(
  deps: CreateWebhookDeps,
  projectId: string,
  wanted: Pick<Webhook, 'url' | 'triggers' | 'is_active'>,
): Promise<{ webhook: Webhook; secret: string }> {
  if ((await deps.listWebhooks(projectId)).length >= maxWebhooks) {
    throw new AppError('invalid', { non_field_errors: [`A project can have at most ${maxWebhooks} webhooks.`] });
  }
  const id = randomId('webhook');
  const secret = createWebhookSecret();
  const created_at = deps.clock.stamp();
  const webhook: Webhook = {
    ...wanted,
    id,
    project_id: projectId,
    inactive_reason: null,
    secrets: [{ sealed: await deps.envelope.seal({ purpose: 'webhook', project: projectId, owner: id }, secret) }],
    created_at,
    updated_at: created_at,
  };
  await deps.insertWebhook(webhook);
  return { webhook, secret };
}
