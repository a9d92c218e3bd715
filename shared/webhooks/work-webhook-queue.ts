import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workRecords } from '../platform/queue/work-records.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { workWebhookMessage } from './handle-webhook-message.ts';
import { parseWebhookMessage, type WebhookQueue } from './webhook-queue.ts';

export interface DeliverWebhookFunctionDeps extends DeliverDeps {
  queue: WebhookQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the webhook queue. What an endpoint answers is no failure here: the next attempt has a timer. */
export const workWebhookQueue =
  (deps: DeliverWebhookFunctionDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        parse: parseWebhookMessage,
        work: (message) => workWebhookMessage(deps, message, () => context.getRemainingTimeInMillis()),
        postpone: deps.queue.postpone,
        logger: deps.logger,
      },
      event,
    );
  };
