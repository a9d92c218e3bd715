import { type AwsJsonDeps, createAwsJsonClient } from './aws-json-client.ts';

/** The fields of https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessage.html in use. */
export interface SqsMessage {
  MessageBody: string;
  /** 0 to 900; not for FIFO queues. */
  DelaySeconds?: number;
  MessageGroupId?: string;
  MessageDeduplicationId?: string;
}

/** A message that was not taken, by the `Id` of its entry. */
export interface RefusedEntry {
  Id: string;
  Code: string;
  /** The message itself is at fault: it will never be taken. */
  SenderFault?: boolean;
}

/** SQS, as far as functions call it. Every call is repeated when it was throttled, failed or got no answer. */
export interface SqsClient {
  sendMessage(message: SqsMessage & { QueueUrl: string }): Promise<void>;
  /** @returns the entries that were not taken, although the call succeeded */
  sendMessageBatch(batch: { QueueUrl: string; Entries: (SqsMessage & { Id: string })[] }): Promise<RefusedEntry[]>;
  changeMessageVisibility(change: {
    QueueUrl: string;
    ReceiptHandle: string;
    VisibilityTimeout: number;
  }): Promise<void>;
}

export function createSqsClient(deps: Partial<AwsJsonDeps> = {}): SqsClient {
  const call = createAwsJsonClient(
    { name: 'sqs', variable: 'AWS_ENDPOINT_URL_SQS', target: 'AmazonSQS', jsonVersion: '1.0' },
    deps,
  );
  return {
    sendMessage: async (message) => {
      await call('SendMessage', message);
    },
    sendMessageBatch: async (batch) => {
      const { Failed } = await call('SendMessageBatch', batch);
      return Array.isArray(Failed) ? Failed : [];
    },
    changeMessageVisibility: async (change) => {
      await call('ChangeMessageVisibility', change);
    },
  };
}
