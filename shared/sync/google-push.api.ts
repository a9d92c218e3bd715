import type { Logger } from '@aws-lambda-powertools/logger';
import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { Clock } from '../platform/clock.ts';
import { pushBucket, type SyncMessage, type SyncQueue } from './sync-queue.ts';
import { verifyChannel } from './verify-channel.ts';

export interface ReceiveGooglePushDeps {
  queue: SyncQueue;
  clock: Clock;
  logger: Logger;
  signingSecret: string;
  debounceWidthMs: number;
}

/** Longer ids are none of Google's, and a queue's message has its limits. */
const longestId = 512;

const quiet: APIGatewayProxyStructuredResultV2 = { statusCode: 204 };

/**
 * A push of Google (https://developers.google.com/workspace/calendar/api/guides/push): verified by the channel's token,
 * which is an HMAC of the channel id, enqueued, answered. What is unknown, forged or only says hello (`sync`) gets the
 * same quiet answer and does nothing. Google retries on 503 alone, so that is the answer when the queue fails.
 */
export const createReceiveGooglePush =
  ({ queue, clock, logger, signingSecret, debounceWidthMs }: ReceiveGooglePushDeps) =>
  async ({ headers }: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
    const channel = headers['x-goog-channel-id'] ?? '';
    const calendarId = verifyChannel(signingSecret, channel, headers['x-goog-channel-token'] ?? '');
    if (!calendarId || headers['x-goog-resource-state'] === 'sync') return quiet;
    const resource = headers['x-goog-resource-id']?.slice(0, longestId);
    const message: SyncMessage = {
      calendar_id: calendarId,
      trigger: 'push',
      ...(resource && { channel: { id: channel, resource_id: resource } }),
    };
    try {
      await queue.send(message, pushBucket(channel, clock.now(), debounceWidthMs));
      return quiet;
    } catch (error) {
      logger.error('push not enqueued', { calendar_id: calendarId, error: error as Error });
      return { statusCode: 503 };
    }
  };
