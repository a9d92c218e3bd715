import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { type Platform, platforms } from '../calendars/calendar.ts';
import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { logFailure } from '../platform/queue/failure-action.ts';
import { workFifoBatch } from '../platform/queue/work-fifo-batch.ts';
import { lookTimingMs, shareTimingMs } from '../platform/timing.ts';
import { syncCalendar } from './sync-calendar.ts';
import { type SyncMessage, syncMessageSchema } from './sync-message.ts';
import { isLongGroup } from './sync-queue.ts';
import type { SyncDeps, SyncRequest } from './sync-run.ts';

export interface SyncCalendarDeps extends SyncDeps {
  sqs: SqsClient;
  queueUrls: Record<Platform, string>;
}

/** Works the sync queues. An invocation has messages of one queue. */
export const createSyncCalendar =
  (deps: SyncCalendarDeps) =>
  (event: SQSEvent, context: Context): Promise<SQSBatchResponse> => {
    deps.logger.addContext(context);
    const name = event.Records[0]?.eventSourceARN.split(':').at(-1);
    const platform = platforms.find((one) => deps.queueUrls[one].split('/').at(-1) === name);
    if (platform === undefined) throw new Error('a batch of no sync queue');
    return workFifoBatch(
      {
        ...deps,
        queueUrl: deps.queueUrls[platform],
        remainingMs: () => context.getRemainingTimeInMillis(),
        work: async ({ body, attributes }) => {
          const message = syncMessageSchema.parse(JSON.parse(body));
          if (message.look_at !== undefined) return holdLook(deps, platform, message);
          const request = {
            ...message,
            sentAt: Number(attributes.SentTimestamp),
            attempt: Number(attributes.ApproximateReceiveCount) + (message.attempts ?? 0),
            remainingMs: () => context.getRemainingTimeInMillis(),
          };
          if (isLongGroup(attributes.MessageGroupId)) return workLong(deps, platform, request);
          const outcome = await syncCalendar(deps, request);
          return outcome.kind === 'retry' ? outcome.delayMs : null;
        },
      },
      event,
    );
  };

/**
 * Works a message of a group of long runs. Other calendars are in the group, too, so a message that fails does not stay in
 * it: it is held back beside its calendar's messages, as long as the provider asks for, longer with each failure, and then
 * retried there.
 */
async function workLong(deps: SyncDeps, platform: Platform, request: Omit<SyncRequest, 'isLong'>): Promise<null> {
  const { sentAt: _sent, attempt: _attempt, remainingMs: _remaining, ...message } = request;
  const again = (delayMs: number): Promise<void> =>
    deps.queues[platform].sendLook({ ...message, attempts: request.attempt, look_at: deps.clock.now() + delayMs });
  try {
    const outcome = await syncCalendar(deps, { ...request, isLong: true });
    if (outcome.kind === 'retry') await again(outcome.delayMs);
  } catch (error) {
    logFailure(deps.logger, error, { calendar_id: message.calendar_id });
    const { failedPause, longestFailedPause } = shareTimingMs;
    await again(Math.min(failedPause * 2 ** (request.attempt - 1), longestFailedPause));
  }
  return null;
}

/**
 * Holds a look back until its time, then sends it to the other messages of its calendar. A FIFO queue takes no delay for
 * a single message, and a message that waits in the calendar's own group would hold back its pushes.
 *
 * @returns null when it was sent, or the milliseconds it still waits
 */
async function holdLook(
  { clock, queues }: Pick<SyncDeps, 'clock' | 'queues'>,
  platform: Platform,
  { look_at: lookAt = 0, ...message }: SyncMessage,
): Promise<number | null> {
  // The queue delays the next message by another second.
  const waitMs = lookAt - lookTimingMs.early / 2 - clock.now();
  if (waitMs > 0) return waitMs;
  await queues[platform].send(message, `look:${lookAt}`);
  return null;
}
