import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { parseNotificationMessage } from '../notifications/notification-message.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { PostponeMessage } from '../platform/queue/postpone-message.ts';
import { workRecords } from '../platform/queue/work-records.ts';
import { type FanOutDeps, fanOut } from './fan-out.ts';

export interface NotificationQueueDeps extends FanOutDeps {
  postpone: PostponeMessage;
  logger: Pick<Logger, 'addContext' | 'error' | 'info' | 'warn'>;
}

/** Works the notification queue. */
export const workNotificationQueue =
  (deps: NotificationQueueDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workRecords(
      {
        ...deps,
        parse: parseNotificationMessage,
        work: (notification) => fanOut(deps, notification),
        remainingMs: () => context.getRemainingTimeInMillis(),
      },
      event,
    );
  };
