import type { SqsClient } from '../platform/aws/sqs-client.ts';
import { createPostponeMessage, type PostponeMessage } from '../platform/queue/postpone-message.ts';
import { sendDelayed } from '../platform/queue/send-delayed.ts';
import type { RuleMessage } from './rule-message.ts';

export interface RuleQueue {
  /**
   * Sends up to ten messages a request.
   *
   * @param delaySeconds of each message, 0 to 900 @throws when the queue refused any
   */
  send(messages: RuleMessage[], delaySeconds?: number): Promise<void>;
  postpone: PostponeMessage;
}

export const createRuleQueue = (sqs: SqsClient, queueUrl: string): RuleQueue => ({
  send: (messages, delaySeconds = 0) =>
    sendDelayed(
      sqs,
      queueUrl,
      messages.map((message) => ({ message, delaySeconds, projectId: message.project_id })),
    ),
  postpone: createPostponeMessage(sqs, queueUrl),
});
