import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import type { SQSEvent } from 'aws-lambda';
import { afterAll, afterEach, beforeAll } from 'vitest';
import { parseAssembly } from '../../../local/runner/assembly.ts';
import { createClock } from '../../../local/runner/create-clock.ts';
import { createEventSource, type EventSource } from '../../../local/runner/create-event-source.ts';
import { LOCAL_CREDENTIALS, LOCAL_REGION } from '../../../local/runner/local-account.ts';
import { createQueue, type LocalQueue, readQueueDepth } from '../../../local/runner/local-queue.ts';
import { resolveTemplate } from '../../../local/runner/resolve-template.ts';
import type { InvocationResult } from '../../../local/runner/start-function-worker.ts';
import { type QueueEngine, startQueueEngine } from '../../../local/runner/start-queue-engine.ts';
import { createFakeFunction } from './local-function.ts';

type Handle = (event: SQSEvent) => InvocationResult | Promise<InvocationResult>;
type Setup = { queue: LocalQueue; dead: LocalQueue; start: () => void; caps: number[] };

/** The queue engine and event sources of a test file. */
export function useEventSources() {
  let engine: QueueEngine;
  let sqs: SQSClient;
  let sources: EventSource[] = [];
  let count = 0;
  beforeAll(async () => {
    engine = await startQueueEngine();
    sqs = new SQSClient({ endpoint: engine.endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS });
  });
  afterEach(async () => {
    await Promise.all(sources.map((source) => source.stop()));
    sources = [];
  });
  afterAll(async () => {
    sqs.destroy();
    await engine.close();
  });

  /** A queue with its dead-letter queue, mapped to a function. */
  const setUp = async (handle: Handle, queueProperties: object = {}, mapping: object = {}): Promise<Setup> => {
    count += 1;
    const fifo = 'FifoQueue' in queueProperties ? { FifoQueue: true } : {};
    const resources = resolveTemplate(
      parseAssembly({
        Resources: {
          [`Dead${count}`]: { Type: 'AWS::SQS::Queue', Properties: fifo },
          [`Jobs${count}`]: {
            Type: 'AWS::SQS::Queue',
            Properties: {
              VisibilityTimeout: 1,
              RedrivePolicy: { deadLetterTargetArn: { 'Fn::GetAtt': [`Dead${count}`, 'Arn'] }, maxReceiveCount: 2 },
              ...queueProperties,
            },
          },
          Mapping: {
            Type: 'AWS::Lambda::EventSourceMapping',
            Properties: {
              EventSourceArn: { 'Fn::GetAtt': [`Jobs${count}`, 'Arn'] },
              FunctionName: 'do-work',
              FunctionResponseTypes: ['ReportBatchItemFailures'],
              ...mapping,
            },
          },
        },
      }).template,
      { sqsEndpoint: engine.endpoint, apiUrl: '' },
    );
    const [dead, queue] = await Promise.all(resources.slice(0, 2).map((resource) => createQueue(sqs, resource)));
    const local = createFakeFunction('do-work', handle);
    const mappingResource = resources[2];
    if (dead === undefined || queue === undefined || mappingResource === undefined)
      throw new Error('incomplete set-up');
    const log = (): void => {};
    const { abandon } = engine;
    const options = { sqs, abandon, queues: [queue], functions: [local], clock: createClock(), log };
    const source = createEventSource(mappingResource, options);
    sources.push(source);
    return { queue, dead, start: source.start, caps: local.caps };
  };

  const send = (queue: LocalQueue, body: string, group?: string) =>
    sqs.send(
      new SendMessageCommand({
        QueueUrl: queue.url,
        MessageBody: body,
        ...(group !== undefined && { MessageGroupId: group, MessageDeduplicationId: `${group}-${body}` }),
      }),
    );
  const total = async (queue: LocalQueue): Promise<number> => {
    const { visible, delayed, inFlight } = await readQueueDepth(sqs, queue);
    return visible + delayed + inFlight;
  };

  return {
    setUp,
    send,
    total,
    get engine() {
      return engine;
    },
    get sqs() {
      return sqs;
    },
  };
}
