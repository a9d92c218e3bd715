import type { Logger } from '@aws-lambda-powertools/logger';
import type { Fact } from '../domain/fact.ts';
import type { Timestamp } from '../domain/timestamp.ts';
import { type InactiveReason, type Webhook, wantsFact } from '../domain/webhook.ts';
import type { WebhookMessage, WebhookQueue } from '../messaging/webhook-queue.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import type { PostWebhook } from '../webhooks/post-webhook.ts';
import { parseRetryAfter } from '../webhooks/retry-delay.ts';
import { encodeWebhook, signWebhook } from '../webhooks/sign-webhook.ts';

export interface DeliverWebhookDeps {
  listWebhooks(projectId: string): Promise<Webhook[]>;
  findWebhook(projectId: string, id: string): Promise<Webhook | null>;
  deactivateWebhook(webhook: Webhook, reason: InactiveReason, at: Timestamp): Promise<void>;
  queue: Pick<WebhookQueue, 'sendToEach'>;
  envelope: Pick<Envelope, 'open'>;
  post: PostWebhook;
  /** `User-Agent`, with the version of Kalends. */
  userAgent: string;
  clock: Clock;
  logger: Pick<Logger, 'info' | 'warn'>;
}

/** `done`: nothing is left to do. `retry`: try again later; null when the receiver said no time. */
export type DeliveryOutcome = { kind: 'done' } | { kind: 'retry'; retryAfterSeconds: number | null };

const done: DeliveryOutcome = { kind: 'done' };

/**
 * Works a message of the webhook queue. A fact of the bus goes straight to the project's endpoint when one wants it;
 * when several do, each gets a message of its own, so that they succeed and fail independently. A crash after that
 * repeats some of those messages: receivers tell by `idempotency_key`.
 *
 * @param attempt how often the message was received, this time included
 */
export async function deliverWebhook(
  deps: DeliverWebhookDeps,
  { fact, webhookId }: WebhookMessage,
  attempt: number,
): Promise<DeliveryOutcome> {
  const webhooks = await findReceivers(deps, fact, webhookId);
  const [only] = webhooks;
  if (!only) return done;
  if (webhooks.length === 1) return deliverTo(deps, only, fact, attempt);
  await deps.queue.sendToEach(
    fact,
    webhooks.map(({ id }) => id),
  );
  return done;
}

async function findReceivers(deps: DeliverWebhookDeps, fact: Fact, webhookId: string | null): Promise<Webhook[]> {
  const { project_id: projectId, payload } = fact;
  if (webhookId === null) {
    return (await deps.listWebhooks(projectId)).filter((webhook) => wantsFact(webhook, payload.trigger));
  }
  const webhook = await deps.findWebhook(projectId, webhookId);
  if (webhook?.is_active) return [webhook];
  const reason = webhook ? 'inactive' : 'deleted';
  deps.logger.info('webhook skipped', { webhook_id: webhookId, idempotency_key: payload.idempotency_key, reason });
  return [];
}

async function deliverTo(
  deps: DeliverWebhookDeps,
  webhook: Webhook,
  { payload }: Fact,
  attempt: number,
): Promise<DeliveryOutcome> {
  const now = deps.clock.now();
  const body = encodeWebhook(payload);
  const signatures = signWebhook({ id: payload.idempotency_key, now, body }, await openSecrets(deps, webhook));
  const headers = { 'content-type': 'application/json', 'user-agent': deps.userAgent, ...signatures };
  const { status, error, retryAfter, durationMs } = await deps.post(webhook.url, headers, body);

  const entry = {
    webhook_id: webhook.id,
    idempotency_key: payload.idempotency_key,
    trigger: payload.trigger,
    status,
    duration_ms: durationMs,
    attempt,
  };
  if (status !== null && status >= 200 && status < 300) {
    deps.logger.info('webhook delivered', entry);
    return done;
  }
  if (status === 410) {
    await deps.deactivateWebhook(webhook, 'gone', deps.clock.stamp());
    deps.logger.warn('webhook deactivated', entry);
    return done;
  }
  deps.logger.warn('webhook not delivered', { ...entry, error_code: error });
  return { kind: 'retry', retryAfterSeconds: parseRetryAfter(retryAfter, now) };
}

async function openSecrets(
  { envelope }: DeliverWebhookDeps,
  { project_id: project, id: owner, secrets }: Webhook,
): Promise<[string, ...string[]]> {
  const texts = await Promise.all(
    secrets.map(({ sealed }) => envelope.open({ purpose: 'webhook', project, owner }, sealed)),
  );
  const [newest, ...older] = texts;
  if (newest === undefined) throw new Error('a webhook without a secret');
  return [newest, ...older];
}
