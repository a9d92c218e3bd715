import type { Platform } from '../calendars/calendar.ts';
import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { sendEntries } from '../platform/queue/send-entries.ts';
import type { SyncMessage } from './sync-message.ts';

export interface SyncQueue {
  /** Sends a message with `look_at`. It is held back beside the other messages of its calendar. */
  sendLook(message: SyncMessage & { look_at: number }): Promise<void>;
  /**
   * Messages of one calendar are worked one at a time, in order.
   *
   * @param deduplication two messages of a calendar with the same text within five minutes are one
   */
  send(message: SyncMessage, deduplication: string): Promise<void>;
  /** Up to ten messages take one request. @throws when any of them was not taken */
  sendAll(entries: { message: SyncMessage; deduplication: string }[]): Promise<void>;
}

/** Each provider has a queue. While one answers slowly or not at all, the calendars of the others keep their speed. */
export type SyncQueues = Record<Platform, SyncQueue>;

export function createSyncQueue(sqs: SqsClient, queueUrl: string): SyncQueue {
  const entryOf = (message: SyncMessage, deduplication: string) => ({
    MessageBody: JSON.stringify(message),
    MessageGroupId: message.calendar_id,
    // The calendar is part of it: not every engine scopes deduplication to the group.
    MessageDeduplicationId: `${message.calendar_id}:${deduplication}`,
  });
  return {
    sendLook: async (message) => {
      const entry = entryOf(message, `held:${message.look_at}`);
      const group = { MessageGroupId: `look:${message.calendar_id}` };
      await sqs.sendMessage({ QueueUrl: queueUrl, ...entry, ...group });
    },
    send: async (message, deduplication) => {
      await sqs.sendMessage({ QueueUrl: queueUrl, ...entryOf(message, deduplication) });
    },
    sendAll: async (entries) => {
      const messages = entries.map(({ message, deduplication }) => entryOf(message, deduplication));
      await sendEntries(sqs, queueUrl, messages);
    },
  };
}

export const createSyncQueues = (sqs: SqsClient, urls: Record<Platform, string>): SyncQueues => ({
  google: createSyncQueue(sqs, urls.google),
  microsoft: createSyncQueue(sqs, urls.microsoft),
});

/** A bucket of time: its pushes are one message. */
interface PushBucket {
  deduplication: string;
  /** The message carries it: what was read before this time may lack the changes of the bucket's later pushes. */
  endsAt: number;
}

/**
 * Deduplication of a push: all pushes of a channel in the same bucket of time are one message, which the queue's delay
 * holds back until the bucket has closed, so the sync it causes reads after every one of them. A calendar has one
 * channel; another one that announces itself is to be noticed.
 *
 * @param now milliseconds since the epoch @param widthMs width of a bucket
 */
export function pushBucket(channelId: string, now: number, widthMs: number): PushBucket {
  const bucket = Math.floor(now / widthMs);
  return { deduplication: `push:${channelId.slice(-16)}:${bucket}`, endsAt: (bucket + 1) * widthMs };
}
