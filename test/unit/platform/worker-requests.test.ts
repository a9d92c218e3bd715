import type { SQSEvent } from 'aws-lambda';
import { expect, it } from 'vitest';
import { workerRequestsPerMessage } from '../../../local/cost/activities.ts';
import type { SqsClient } from '../../../shared/platform/aws/sqs-client.ts';
import { workFifoBatch } from '../../../shared/platform/queue/work-fifo-batch.ts';
import { workRecords } from '../../../shared/platform/queue/work-records.ts';
import { silentLogger } from '../../support/silent-logger.ts';

const event = {
  Records: [
    {
      messageId: 'one',
      receiptHandle: 'handle',
      body: '{}',
      attributes: { ApproximateReceiveCount: '1', MessageGroupId: 'group', SentTimestamp: '0' },
    },
  ],
} as unknown as SQSEvent;

it('a worker of a queue makes as many requests to SQS for a message as the costs count', async () => {
  let requests = 0;
  const count = async () => {
    requests += 1;
  };
  const sqs = new Proxy({} as SqsClient, { get: () => count });
  const given = { logger: silentLogger, remainingMs: () => 60_000 };
  await workFifoBatch({ ...given, sqs, queueUrl: 'queue', work: async () => null }, event);
  expect(requests).toBe(workerRequestsPerMessage);
  requests = 0;
  await workRecords({ ...given, parse: () => ({}), work: async () => {}, postpone: count }, event);
  expect(requests).toBe(workerRequestsPerMessage);
});
