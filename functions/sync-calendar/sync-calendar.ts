import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { syncCalendar } from '../../shared/actions/sync-calendar/sync-calendar.ts';
import type { SyncDeps } from '../../shared/actions/sync-calendar/sync-run.ts';
import { syncMessageSchema } from '../../shared/messaging/sync-queue.ts';
import { workFifoBatch } from '../../shared/platform/queue/work-fifo-batch.ts';

export interface SyncCalendarDeps extends SyncDeps {
  sqs: SQSClient;
  queueUrl: string;
}

/** Works the sync queue. */
export const createSyncCalendar =
  (deps: SyncCalendarDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    return workFifoBatch(
      {
        ...deps,
        work: async ({ body, attributes }) => {
          const outcome = await syncCalendar(deps, {
            ...syncMessageSchema.parse(JSON.parse(body)),
            sentAt: Number(attributes.SentTimestamp),
            attempt: Number(attributes.ApproximateReceiveCount),
            remainingMs: () => context.getRemainingTimeInMillis(),
          });
          return outcome.kind === 'retry' ? outcome.delayMs : null;
        },
      },
      event,
    );
  };
