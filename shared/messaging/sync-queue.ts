import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** Why a calendar is to be synced. */
export const syncTriggers = ['push', 'create', 'patch', 'delete', 'schedule', 'continue'] as const;

export const syncMessageSchema = z.object({ calendar_id: z.string(), trigger: z.enum(syncTriggers) });
export type SyncMessage = z.output<typeof syncMessageSchema>;

export interface SyncQueue {
  /**
   * Messages of one calendar are worked one at a time, in order.
   *
   * @param deduplication two messages of a calendar with the same text within five minutes are one
   */
  send(message: SyncMessage, deduplication: string): Promise<void>;
}

export function createSyncQueue(sqs: Pick<SQSClient, 'send'>, queueUrl: string): SyncQueue {
  return {
    send: async (message, deduplication) => {
      await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: JSON.stringify(message),
          MessageGroupId: message.calendar_id,
          // The calendar is part of it: not every engine scopes deduplication to the group.
          MessageDeduplicationId: `${message.calendar_id}:${deduplication}`,
        }),
      );
    },
  };
}

/**
 * Deduplication of a push: all pushes of a calendar in the same bucket of time are one message, which the queue's delay
 * holds back until the bucket has closed, so the sync it causes reads after every one of them.
 *
 * @param now milliseconds since the epoch @param widthMs width of a bucket
 */
export const pushBucket = (now: number, widthMs: number): string => `push:${Math.floor(now / widthMs)}`;
