import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { DeliverDeps } from '../../shared/actions/deliver-webhook/deliver-deps.ts';
import { workWebhookMessage } from '../../shared/actions/deliver-webhook/work-webhook-message.ts';
import { parseWebhookMessage, type WebhookQueue } from '../../shared/messaging/webhook-queue.ts';

export interface DeliverWebhookFunctionDeps extends DeliverDeps {
  queue: WebhookQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Seconds until a message that met an error nobody foresaw is worked again; the dead-letter queue ends it. */
const unforeseenDelay = (attempt: number): number => Math.min(2 ** attempt, 600);

/**
 * Works messages of the webhook queue independently of each other. What an endpoint answers is no failure here: the next
 * attempt has a timer. Only what nobody foresaw stays in the queue, and after its last receive in the dead letters.
 */
export const createDeliverWebhook =
  (deps: DeliverWebhookFunctionDeps) =>
  async ({ Records }: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const remainingMs = (): number => context.getRemainingTimeInMillis();
    const settled = await Promise.all(
      Records.map(async (record) => ({ id: record.messageId, isDone: await work(deps, record, remainingMs) })),
    );
    return {
      batchItemFailures: settled.filter(({ isDone }) => !isDone).map(({ id }) => ({ itemIdentifier: id })),
    };
  };

async function work(deps: DeliverWebhookFunctionDeps, record: SQSRecord, remainingMs: () => number): Promise<boolean> {
  const message = parseWebhookMessage(record.body);
  if (!message) {
    deps.logger.error('malformed webhook message', { message_id: record.messageId });
    return false;
  }
  try {
    await workWebhookMessage(deps, message, remainingMs);
    return true;
  } catch (error) {
    deps.logger.error('unforeseen error', { message_id: record.messageId, error: error as Error });
    await postpone(deps, record);
    return false;
  }
}

/** A message that cannot be postponed comes back when the queue's own visibility time-out ends. */
async function postpone({ queue, logger }: DeliverWebhookFunctionDeps, record: SQSRecord): Promise<void> {
  try {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    await queue.postpone(record.receiptHandle, unforeseenDelay(attempt));
  } catch (error) {
    logger.error('message not postponed', { message_id: record.messageId, error: error as Error });
  }
}
