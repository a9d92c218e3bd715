import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';

/** Asks to look at a bot: whatever is to be done for it is found out then. */
export const botMessageSchema = z.object({ bot_id: z.string() });
type BotMessage = z.output<typeof botMessageSchema>;

export interface BotQueue {
  /**
   * Up to ten messages take one request. Two for the same bot do no harm.
   *
   * @param entries with the seconds (0 to 900) for which the queue holds them back @throws when any was not taken
   */
  sendAll(entries: { botId: string; delaySeconds: number }[]): Promise<void>;
  /** Hides a received message for a number of seconds, after which it is delivered again. */
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

const perRequest = 10;
/** SQS holds a message back for a quarter of an hour at most. */
const longestDelaySeconds = 900;

export function createBotQueue(sqs: Pick<SQSClient, 'send'>, queueUrl: string): BotQueue {
  return {
    sendAll: async (entries) => {
      for (let from = 0; from < entries.length; from += perRequest) {
        const { Failed = [] } = await sqs.send(
          new SendMessageBatchCommand({
            QueueUrl: queueUrl,
            Entries: entries.slice(from, from + perRequest).map(({ botId, delaySeconds }, index) => ({
              Id: String(index),
              MessageBody: JSON.stringify({ bot_id: botId } satisfies BotMessage),
              DelaySeconds: Math.min(Math.max(0, delaySeconds), longestDelaySeconds),
            })),
          }),
        );
        if (Failed.length > 0) throw new Error(`the bot queue refused a message: ${Failed[0]?.Code ?? 'unknown'}`);
      }
    },
    postpone: async (ReceiptHandle, VisibilityTimeout) => {
      await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
    },
  };
}
