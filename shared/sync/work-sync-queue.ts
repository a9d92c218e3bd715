import type { SQSClient } from '@aws-sdk/client-sqs';
import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import type { Platform } from '../calendars/calendar.ts';
import { workFifoBatch } from '../platform/queue/work-fifo-batch.ts';
import { syncCalendar } from './sync-calendar.ts';
import { syncMessageSchema } from './sync-queue.ts';
import type { SyncDeps } from './sync-run.ts';

export interface SyncCalendarDeps extends SyncDeps {
  sqs: SQSClient;
  queueUrls: Record<Platform, string>;
}

/** Works the sync queues. An invocation has messages of one queue. */
export const createSyncCalendar =
  (deps: SyncCalendarDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const name = event.Records[0]?.eventSourceARN.split(':').at(-1);
    const queueUrl = Object.values(deps.queueUrls).find((url) => url.split('/').at(-1) === name);
    if (queueUrl === undefined) throw new Error('a batch of no sync queue');
    return workFifoBatch(
      {
        ...deps,
        queueUrl,
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
