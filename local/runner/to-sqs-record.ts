import type { Message, MessageAttributeValue } from '@aws-sdk/client-sqs';
import type { SQSMessageAttribute, SQSRecord } from 'aws-lambda';
import type { LocalClock } from './create-clock.ts';
import { LOCAL_REGION } from './local-account.ts';

const toLambdaAttribute = ({ StringValue, BinaryValue, DataType }: MessageAttributeValue): SQSMessageAttribute => ({
  ...(StringValue !== undefined && { stringValue: StringValue }),
  ...(BinaryValue !== undefined && { binaryValue: Buffer.from(BinaryValue).toString('base64') }),
  stringListValues: [],
  binaryListValues: [],
  dataType: DataType ?? 'String',
});

/**
 * Turns a received message into the record that a function gets. Its timestamps are converted to the local time of that
 * moment: when the clock jumps after a message was sent, the message must not appear younger.
 */
export const toSqsRecord = (message: Message, queueArn: string, clock: Pick<LocalClock, 'localTimeAt'>): SQSRecord => {
  const attributes: Record<string, string | undefined> = { ...message.Attributes };
  for (const name of ['SentTimestamp', 'ApproximateFirstReceiveTimestamp']) {
    if (attributes[name] !== undefined) attributes[name] = String(clock.localTimeAt(Number(attributes[name])));
  }
  return {
    messageId: message.MessageId ?? '',
    receiptHandle: message.ReceiptHandle ?? '',
    body: message.Body ?? '',
    attributes: attributes as unknown as SQSRecord['attributes'],
    messageAttributes: Object.fromEntries(
      Object.entries(message.MessageAttributes ?? {}).map(([name, value]) => [name, toLambdaAttribute(value)]),
    ),
    md5OfBody: message.MD5OfBody ?? '',
    eventSource: 'aws:sqs',
    eventSourceARN: queueArn,
    awsRegion: LOCAL_REGION,
  };
};
