import * as z from 'zod';
import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { idOf } from '../platform/ids.ts';
import { parseMessage } from '../platform/queue/parse-message.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import { storedTimestamp } from '../store/stored-values.ts';
import { replayChoices } from './replay-choice.ts';

const messageSchema = z.discriminatedUnion('kind', [
  /** A delivery may be due; its row decides. `deferrals`: how often in a row its endpoint had no room for it. */
  z.object({
    kind: z.literal('delivery'),
    webhook_id: idOf('webhook'),
    delivery_id: idOf('delivery'),
    deferrals: z.number().int().min(0).default(0),
  }),
  /** The rest of a replay, after a position in the order of creation. */
  z.object({
    kind: z.literal('replay'),
    project_id: z.string(),
    webhook_id: idOf('webhook'),
    since: storedTimestamp,
    until: storedTimestamp,
    only: z.enum(replayChoices),
    position: z.string().nullable(),
  }),
  /**
   * The rows of a deleted endpoint are to be deleted. `is_last`: no attempt runs any more, and the rows that list its
   * days and its traffic are deleted, too.
   */
  z.object({ kind: z.literal('purge'), project_id: z.string(), webhook_id: idOf('webhook'), is_last: z.boolean() }),
]);

/** Work of the webhook queue. */
export type WebhookMessage = z.output<typeof messageSchema>;
export type DeliveryMessage = Extract<WebhookMessage, { kind: 'delivery' }>;
export type ReplayMessage = Extract<WebhookMessage, { kind: 'replay' }>;

/** @returns null when the text is no message of this queue */
export const parseWebhookMessage = (text: string): WebhookMessage | null => parseMessage(messageSchema, text);

/** A message, and for how many seconds the queue delays it: 0 to 900, 0 when absent. */
export interface DelayedMessage {
  message: z.input<typeof messageSchema>;
  /** The group of the message in the queue. */
  projectId: string;
  delaySeconds?: number;
}

export interface WebhookQueue {
  /** One request per ten messages. @throws when the queue refused any of them */
  send(messages: DelayedMessage[]): Promise<void>;
  postpone: PostponeMessage;
}

export const createWebhookQueue = (sqs: SqsClient, queueUrl: string): WebhookQueue => ({
  send: (messages) =>
    sendDelayed(
      sqs,
      queueUrl,
      messages.map(({ message, projectId, delaySeconds = 0 }) => ({ message, projectId, delaySeconds })),
    ),
  postpone: createPostponeMessage(sqs, queueUrl),
});
