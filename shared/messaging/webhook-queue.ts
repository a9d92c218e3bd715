import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { replayChoices } from '../domain/delivery.ts';
import type { Timestamp } from '../domain/timestamp.ts';
import { createPostponeMessage, type PostponeMessage } from './postpone-message.ts';

const time = z
  .string()
  .length(27)
  .transform((text) => text as Timestamp);

const messageSchema = z.discriminatedUnion('kind', [
  /** A delivery may be due; its row says whether. `deferrals`: how often it found no room at its endpoint, in a row. */
  z.object({
    kind: z.literal('delivery'),
    webhook_id: z.string(),
    delivery_id: z.string(),
    deferrals: z.number().int().min(0).default(0),
  }),
  /** The rest of a replay: deliveries at or after a time, from a position in their order on. */
  z.object({
    kind: z.literal('replay'),
    project_id: z.string(),
    webhook_id: z.string(),
    since: time,
    until: time,
    only: z.enum(replayChoices),
    position: z.string().nullable(),
  }),
  /** An endpoint was deleted. */
  z.object({ kind: z.literal('purge'), webhook_id: z.string() }),
]);

/** Work of the webhook queue. */
export type WebhookMessage = z.output<typeof messageSchema>;
export type DeliveryMessage = Extract<WebhookMessage, { kind: 'delivery' }>;
export type ReplayMessage = Extract<WebhookMessage, { kind: 'replay' }>;

/** @returns null when the text is no message of ours */
export function parseWebhookMessage(text: string): WebhookMessage | null {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A message, and how many seconds the queue holds it back: 0 to `longestDelaySeconds`. */
export interface DelayedMessage {
  message: z.input<typeof messageSchema>;
  delaySeconds?: number;
}

/** What SQS can hold a message back. */
const longestDelaySeconds = 900;

export interface WebhookQueue {
  /** Up to ten messages take one request. @throws when the queue did not take all of them */
  send(messages: DelayedMessage[]): Promise<void>;
  postpone: PostponeMessage;
}

/** SQS takes ten messages in one call. */
const batchSize = 10;

export function createWebhookQueue(sqs: Pick<SQSClient, 'send'>, queueUrl: string): WebhookQueue {
  const sendBatch = async (messages: DelayedMessage[]): Promise<void> => {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: messages.map(({ message, delaySeconds = 0 }, index) => ({
          Id: String(index),
          MessageBody: JSON.stringify(message),
          DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), longestDelaySeconds),
        })),
      }),
    );
    if (Failed.length > 0) throw new Error(`the queue refused ${Failed.length} messages: ${Failed[0]?.Code}`);
  };

  return {
    send: async (messages) => {
      const batches = Array.from({ length: Math.ceil(messages.length / batchSize) }, (_, index) =>
        messages.slice(index * batchSize, (index + 1) * batchSize),
      );
      await Promise.all(batches.map(sendBatch));
    },
    postpone: createPostponeMessage(sqs, queueUrl),
  };
}
