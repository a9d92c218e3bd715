import { ChangeMessageVisibilityCommand, type SQSClient } from '@aws-sdk/client-sqs';

/** Hides a received message for a number of seconds (0 to 43,200), after which it is delivered again. */
export type PostponeMessage = (receiptHandle: string, seconds: number) => Promise<void>;

export const createPostponeMessage =
  (sqs: Pick<SQSClient, 'send'>, queueUrl: string): PostponeMessage =>
  async (ReceiptHandle, VisibilityTimeout) => {
    await sqs.send(new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout }));
  };
