import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { workFifoBatch } from '../platform/queue/work-fifo-batch.ts';
import { syncCalendar } from './sync-calendar.ts';
import { syncMessageSchema } from './sync-queue.ts';
import type { SyncDeps } from './sync-run.ts';

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
        remainingMs: () => context.getRemainingTimeInMillis(),
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
