import type { SqsClient } from '../aws/sqs-client.ts';

/** Hides a received message for a number of seconds (0 to 43,200), after which it is delivered again. */
export type PostponeMessage = (receiptHandle: string, seconds: number) => Promise<void>;

export const createPostponeMessage =
  (sqs: SqsClient, queueUrl: string): PostponeMessage =>
  (ReceiptHandle, VisibilityTimeout) =>
    sqs.changeMessageVisibility({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout });
