import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';

/** Asks to look at a bot: whatever is to be done for it is found out then. */
const botMessageSchema = z.object({ bot_id: z.string() });
type BotMessage = z.output<typeof botMessageSchema>;

/** @returns null when the text is no message of ours */
export const parseBotMessage = (text: string): BotMessage | null => parseMessage(botMessageSchema, text);

export interface BotQueue {
  /**
   * Up to ten messages take one request. Two for the same bot do no harm.
   *
   * @param entries with the seconds (0 to 900) for which the queue holds them back @throws when any was not taken
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
