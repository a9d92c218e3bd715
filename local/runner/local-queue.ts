import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  SetQueueAttributesCommand,
  type SQSClient,
  SQSServiceException,
} from '@aws-sdk/client-sqs';
import * as z from 'zod';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';

const queueSchema = z.strictObject({
  ContentBasedDeduplication: z.boolean().optional(),
  DeduplicationScope: z.enum(['messageGroup', 'queue']).optional(),
  DelaySeconds: z.number().optional(),
  FifoQueue: z.boolean().optional(),
  FifoThroughputLimit: ignoredProperty,
  KmsDataKeyReusePeriodSeconds: ignoredProperty,
  KmsMasterKeyId: ignoredProperty,
  MaximumMessageSize: z.number().optional(),
  MessageRetentionPeriod: z.number().optional(),
  QueueName: ignoredProperty,
  ReceiveMessageWaitTimeSeconds: z.number().optional(),
  RedriveAllowPolicy: ignoredProperty,
  RedrivePolicy: z.strictObject({ deadLetterTargetArn: z.string(), maxReceiveCount: z.number() }).optional(),
  SqsManagedSseEnabled: ignoredProperty,
  Tags: ignoredProperty,
  VisibilityTimeout: z.number().optional(),
});

const RUN_ATTRIBUTES = [
  'ContentBasedDeduplication',
  'DeduplicationScope',
  'DelaySeconds',
  'FifoQueue',
  'MaximumMessageSize',
  'MessageRetentionPeriod',
  'ReceiveMessageWaitTimeSeconds',
  'RedrivePolicy',
  'VisibilityTimeout',
] as const;

/** A queue that exists in fauxqs. */
export type LocalQueue = { name: string; url: string; arn: string; fifo: boolean };

/** Number of messages of a queue in each state. */
export type QueueDepth = { visible: number; delayed: number; inFlight: number };

/** Creates a queue of a template. A queue that the data directory holds gets the template's attributes. */
export const createQueue = async (client: SQSClient, resource: ResolvedResource): Promise<LocalQueue> => {
  const properties = parseProperties(resource.logicalId, resource.type, queueSchema, resource.properties);
  const attributes: Record<string, string> = {};
  for (const attribute of RUN_ATTRIBUTES) {
    const value = properties[attribute];
    if (value !== undefined) attributes[attribute] = typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
  const { name, identity } = resource;
  try {
    await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  } catch (error) {
    if (!(error instanceof SQSServiceException) || !/QueueNameExists|QueueAlreadyExists/.test(error.name)) throw error;
    await client.send(new SetQueueAttributesCommand({ QueueUrl: identity.ref, Attributes: attributes }));
  }
  return { name, url: identity.ref, arn: identity.attributes['Arn'] ?? '', fifo: properties.FifoQueue === true };
};

/** Counts the messages of a queue. */
export const readQueueDepth = async (client: SQSClient, queue: LocalQueue): Promise<QueueDepth> => {
  const { Attributes = {} } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ['All'] }),
  );
  return {
    visible: Number(Attributes['ApproximateNumberOfMessages'] ?? 0),
    delayed: Number(Attributes['ApproximateNumberOfMessagesDelayed'] ?? 0),
    inFlight: Number(Attributes['ApproximateNumberOfMessagesNotVisible'] ?? 0),
  };
};
