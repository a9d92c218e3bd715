import type { Logger } from '@aws-lambda-powertools/logger';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { DeliverDeps } from '../../shared/actions/deliver-webhook/deliver-deps.ts';
import { workWebhookMessage } from '../../shared/actions/deliver-webhook/work-webhook-message.ts';
import { parseWebhookMessage, type WebhookQueue } from '../../shared/messaging/webhook-queue.ts';
import { workRecords } from '../../shared/platform/queue/work-records.ts';

export interface DeliverWebhookFunctionDeps extends DeliverDeps {
  queue: WebhookQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the webhook queue. What an endpoint answers is no failure here: the next attempt has a timer. */
export const createDeliverWebhook =
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
