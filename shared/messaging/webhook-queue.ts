import { ChangeMessageVisibilityCommand, SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { type Fact, factSchema, factSource } from '../domain/fact.ts';

/** Work of the webhook queue: a fact, for one endpoint, or (null) for all of its project that want it. */
export interface WebhookMessage {
  fact: Fact;
  webhookId: string | null;
}

/** A fact as EventBridge hands it to a queue; of its envelope only what is read. */
const announcedSchema = z
  .object({ source: z.literal(factSource), detail: factSchema })
  .transform(({ detail }): WebhookMessage => ({ fact: detail, webhookId: null }));

/** A fact for one endpoint, as `sendToEach` puts it. */
const addressedSchema = z
  .object({ fact: factSchema, webhook_id: z.string() })
  .transform(({ fact, webhook_id }): WebhookMessage => ({ fact, webhookId: webhook_id }));

const messageSchema = z.union([announcedSchema, addressedSchema]);

/** @returns null when the text is no message of ours */
export function parseWebhookMessage(text: string): WebhookMessage | null {
  try {
    return messageSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

export interface WebhookQueue {
  /** Puts a message of its own for each endpoint. @throws when the queue did not take all of them */
  sendToEach(fact: Fact, webhookIds: string[]): Promise<void>;
  /** Hides a received message for a number of seconds (0 to 43,200), after which it is delivered again. */
  postpone(receiptHandle: string, seconds: number): Promise<void>;
}

/** SQS takes ten messages in one call. */
const batchSize = 10;

export function createWebhookQueue(sqs: Pick<SQSClient, 'send'>, queueUrl: string): WebhookQueue {
  const sendBatch = async (fact: Fact, webhookIds: string[]): Promise<void> => {
    const { Failed = [] } = await sqs.send(
      new SendMessageBatchCommand({
        QueueUrl: queueUrl,
        Entries: webhookIds.map((webhook_id) => ({
          Id: webhook_id,
          MessageBody: JSON.stringify({ fact, webhook_id }),
        })),
      }),
    );
    if (Failed.length > 0) throw new Error(`the queue refused ${Failed.length} messages: ${Failed[0]?.Code}`);
  };

  return {
    sendToEach: async (fact, webhookIds) => {
      const batches = Array.from({ length: Math.ceil(webhookIds.length / batchSize) }, (_, index) =>
        webhookIds.slice(index * batchSize, (index + 1) * batchSize),
      );
      await Promise.all(batches.map((batch) => sendBatch(fact, batch)));
    },
    postpone: async (receiptHandle, seconds) => {
      await sqs.send(
        new ChangeMessageVisibilityCommand({
          QueueUrl: queueUrl,
          ReceiptHandle: receiptHandle,
          VisibilityTimeout: seconds,
        }),
      );
    },
  };
}
