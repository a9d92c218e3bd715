import type { Platform } from '../calendars/calendar.ts';
import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { shardOf } from '../platform/ids.ts';
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
  /**
   * Sends a message about a change of the calendar itself, which does not wait for a sync that is under way or was
   * killed. A sync under way is refused its commit, because the change has made its state older.
   */
  sendChange(message: SyncMessage, deduplication: string): Promise<void>;
  /** Sends a message whose work may take minutes to a group of its project. @param group by `longGroup` */
  sendLong(message: SyncMessage, group: string, deduplication: string): Promise<void>;
  /** Up to ten messages take one request. @throws when any of them was not taken */
  sendAll(entries: { message: SyncMessage; deduplication: string }[]): Promise<void>;
}

/** Each provider has a queue. While one answers slowly or not at all, the calendars of the others keep their speed. */
export type SyncQueues = Record<Platform, SyncQueue>;

const longPrefix = 'long:';

/**
 * The group of a calendar's long work. A project has `count` of them, so that this much of its long work is done at a
 * time. The rest waits in the queue, and the workers are free for others.
 */
export const longGroup = (projectId: string, calendarId: string, count: number): string =>
  `${longPrefix}${projectId}:${shardOf(calendarId, count)}`;

export const isLongGroup = (group: string | undefined): boolean => group?.startsWith(longPrefix) ?? false;

export function createSyncQueue(sqs: SqsClient, queueUrl: string): SyncQueue {
  const entryOf = (message: SyncMessage, deduplication: string, group: string = message.calendar_id) => ({
    MessageBody: JSON.stringify(message),
    MessageGroupId: group,
    // The calendar is part of it: not every engine scopes deduplication to the group.
    MessageDeduplicationId: `${message.calendar_id}:${deduplication}`,
  });
  const send = (...entry: Parameters<typeof entryOf>): Promise<void> =>
    sqs.sendMessage({ QueueUrl: queueUrl, ...entryOf(...entry) });
  return {
    sendLook: (message) => send(message, `held:${message.look_at}`, `look:${message.calendar_id}`),
    send: (message, deduplication) => send(message, deduplication),
    sendChange: (message, deduplication) => send(message, deduplication, `change:${message.calendar_id}`),
    sendLong: (message, group, deduplication) => send(message, deduplication, group),
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
