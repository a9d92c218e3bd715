import type { SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { replayChoices } from './delivery.ts';

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
export const parseWebhookMessage = (text: string): WebhookMessage | null => parseMessage(messageSchema, text);

/** A message, and how many seconds the queue holds it back: 0 to 900, 0 when absent. */
export interface DelayedMessage {
  message: z.input<typeof messageSchema>;
  delaySeconds?: number;
}

export interface WebhookQueue {
  /** Up to ten messages take one request. @throws when the queue did not take all of them */
  send(messages: DelayedMessage[]): Promise<void>;
  postpone: PostponeMessage;
}

export const createWebhookQueue = (sqs: Pick<SQSClient, 'send'>, queueUrl: string): WebhookQueue => ({
  send: (messages) =>
    sendDelayed(
      sqs,
      queueUrl,
      messages.map(({ message, delaySeconds = 0 }) => ({ message, delaySeconds })),
    ),
  postpone: createPostponeMessage(sqs, queueUrl),
});
