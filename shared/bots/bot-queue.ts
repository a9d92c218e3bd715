import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';

/** Names a bot. The worker finds out what is due for it, so messages may come late, early and twice. */
const botMessageSchema = z.object({ bot_id: z.string() });
type BotMessage = z.output<typeof botMessageSchema>;

/** @returns null when the text is not a message of this queue */
export const parseBotMessage = (text: string): BotMessage | null => parseMessage(botMessageSchema, text);

export interface BotQueue {
  /**
   * Sends up to ten messages a request.
   *
   * @param entries with the delay of each message, 0 to 900 seconds @throws when the queue refused any
   */
  sendAll(entries: { botId: string; delaySeconds: number }[]): Promise<void>;
  postpone: PostponeMessage;
}

export const createBotQueue = (sqs: Pick<SQSClient, 'send'>, queueUrl: string): BotQueue => ({
  sendAll: (entries) =>
    sendDelayed(
      sqs,
      queueUrl,
      entries.map(({ botId, delaySeconds }) => ({
        message: { bot_id: botId } satisfies BotMessage,
        delaySeconds,
      })),
    ),
  postpone: createPostponeMessage(sqs, queueUrl),
});
