import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import { type DeliverWebhookDeps, type DeliveryOutcome, deliverWebhook } from '../../shared/actions/deliver-webhook.ts';
import { parseWebhookMessage, type WebhookQueue } from '../../shared/messaging/webhook-queue.ts';
import { retryDelay } from '../../shared/webhooks/retry-delay.ts';

export interface DeliverWebhookFunctionDeps extends Omit<DeliverWebhookDeps, 'queue'> {
  queue: WebhookQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
  /** In [0, 1). */
  random(): number;
}

/**
 * Works messages of the webhook queue independently of each other. What fails stays in the queue, hidden until its next
 * attempt is due, and after the queue's last receive lies in its dead letters: nothing is lost in silence.
 */
export const createDeliverWebhook =
  (deps: DeliverWebhookFunctionDeps) =>
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const settled = await Promise.all(
      Records.map(async (record) => ({ id: record.messageId, isDone: await settle(deps, record) })),
    );
    return {
      batchItemFailures: settled.filter(({ isDone }) => !isDone).map(({ id }) => ({ itemIdentifier: id })),
    };
  };

async function settle(deps: DeliverWebhookFunctionDeps, record: SQSRecord): Promise<boolean> {
  const message = parseWebhookMessage(record.body);
  if (!message) {
    deps.logger.error('malformed webhook message', { message_id: record.messageId });
    return false;
  }
  const attempt = Number(record.attributes.ApproximateReceiveCount);
  let outcome: DeliveryOutcome;
  try {
    outcome = await deliverWebhook(deps, message, attempt);
  } catch (error) {
    deps.logger.error('unforeseen error', { message_id: record.messageId, error: error as Error });
    outcome = { kind: 'retry', retryAfterSeconds: null };
  }
  if (outcome.kind === 'done') return true;
  await postpone(deps, record, retryDelay(attempt, outcome.retryAfterSeconds, deps.random()));
  return false;
}

/** A message that cannot be postponed comes back when the queue's own visibility time-out ends. */
async function postpone(
  { queue, logger }: DeliverWebhookFunctionDeps,
  record: SQSRecord,
  seconds: number,
): Promise<void> {
  try {
    await queue.postpone(record.receiptHandle, seconds);
  } catch (error) {
    logger.error('message not postponed', { message_id: record.messageId, error: error as Error });
  }
}
