import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Logger } from '../platform/create-logger.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import type { DeliverDeps } from './attempt-deps.ts';
import { handleWebhookMessage } from './handle-webhook-message.ts';
import { parseWebhookMessage, type WebhookQueue } from './webhook-queue.ts';

export interface WebhookQueueDeps extends DeliverDeps {
  queue: WebhookQueue;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the webhook queue. A refusal by an endpoint is no failure of a message: the next attempt has a timer. */
export const workWebhookQueue =
  (deps: WebhookQueueDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        parse: parseWebhookMessage,
        work: (message) => handleWebhookMessage(deps, message, () => context.getRemainingTimeInMillis()),
        postpone: deps.queue.postpone,
        remainingMs: () => context.getRemainingTimeInMillis(),
        logger: deps.logger,
      },
      event,
    );
  };
