import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { SyncMessage } from './sync-message.ts';
import { pushBucket, type SyncQueue } from './sync-queue.ts';
import { verifyChannel } from './verify-channel.ts';

export interface ReceiveGooglePushDeps {
  queue: SyncQueue;
  clock: Clock;
  logger: Logger;
  signingSecret: string;
  debounceWidthMs: number;
}

/** Google's ids are shorter. A message of the queue has a limited size. */
const longestId = 512;

const accepted: APIGatewayProxyStructuredResultV2 = { statusCode: 204 };

/**
 * Receives a push notification of Google (https://developers.google.com/workspace/calendar/api/guides/push). Verifies the
 * token of the channel, which is an HMAC of the channel id, and enqueues a sync. Unknown and forged notifications, and
 * the first one of a channel (`sync`), get the same answer and do nothing. Google repeats a notification after 503, so
 * that is the answer when the queue fails.
 */
export const createReceiveGooglePush =
  ({ queue, clock, logger, signingSecret, debounceWidthMs }: ReceiveGooglePushDeps) =>
  async ({ headers }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const channel = headers['x-goog-channel-id'] ?? '';
    const calendarId = verifyChannel(signingSecret, channel, headers['x-goog-channel-token'] ?? '');
    if (!calendarId || headers['x-goog-resource-state'] === 'sync') return accepted;
    const resource = headers['x-goog-resource-id']?.slice(0, longestId);
    const { deduplication, endsAt } = pushBucket(channel, clock.now(), debounceWidthMs);
    const message: SyncMessage = {
      calendar_id: calendarId,
      trigger: 'push',
      bucket_ends_at: endsAt,
      ...(resource && { channel: { id: channel, resource_id: resource } }),
    };
    try {
      await queue.send(message, deduplication);
      return accepted;
    } catch (error) {
      logger.error('push not enqueued', { calendar_id: calendarId, error: error as Error });
      return { statusCode: 503 };
    }
  };
