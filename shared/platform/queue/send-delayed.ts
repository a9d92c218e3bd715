import type { SqsClient } from '../aws/sqs-client.ts';
import { sendEntries } from './send-entries.ts';

/** SQS holds a message back for a quarter of an hour at most. */
const longestDelaySeconds = 900;

/** A message of a standard queue. */
export interface DelayedEntry {
  message: object;
  /** How long the queue holds it back; less than 0 counts as 0, more than 900 as 900. */
  delaySeconds: number;
  /**
   * Whose message it is: its group in the queue. SQS delivers messages of the other projects first while one has many
   * (https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html).
   */
  projectId: string;
}

/** Puts messages into a standard queue, up to ten a request. @throws when the queue did not take all of them */
export const sendDelayed = (sqs: SqsClient, queueUrl: string, entries: DelayedEntry[]): Promise<void> =>
  sendEntries(
    sqs,
    queueUrl,
    entries.map(({ message, delaySeconds, projectId }) => ({
      MessageBody: JSON.stringify(message),
      DelaySeconds: Math.min(Math.max(Math.ceil(delaySeconds), 0), longestDelaySeconds),
      MessageGroupId: projectId,
    })),
  );
