import { setTimeout as sleep } from 'node:timers/promises';
import { DeleteMessageBatchCommand, type Message, ReceiveMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod';
import { collectCalls } from './collect-calls.ts';
import type { LocalClock } from './create-clock.ts';
import { decideBatchOutcome } from './decide-batch-outcome.ts';
import { LocalError } from './local-error.ts';
import type { LocalFunction } from './local-function.ts';
import type { LocalQueue } from './local-queue.ts';
import type { ResolvedResource } from './resolve-template.ts';
import { ignoredProperty, parseProperties } from './resource-types.ts';
import { batchFinishLimitMs, longPollMs, pollRetryMs } from './timing.ts';
import { toSqsRecord } from './to-sqs-record.ts';

const mappingSchema = z.strictObject({
  BatchSize: z.number().int().min(1).max(10_000).default(10),
  Enabled: z.boolean().default(true),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.literal('ReportBatchItemFailures')).default([]),
  MaximumBatchingWindowInSeconds: z.number().min(0).max(300).default(0),
  ScalingConfig: z.strictObject({ MaximumConcurrency: z.number().int().min(2).max(1000) }).optional(),
  Tags: ignoredProperty,
});

/** SQS returns at most ten messages per call; larger batches take several calls. */
const MOST_RECEIVED = 10;
/** Batches in work at the same time when the mapping sets no limit. */
const DEFAULT_CONCURRENCY = 4;
const longPollSeconds = longPollMs / 1000;

/** Polls one queue for one function. `stop` waits a moment for the batches in work. */
export type EventSource = { queueArn: string; start: () => void; stop: () => Promise<void> };

export type EventSourceOptions = {
  sqs: SQSClient;
  /** Called with the receipt handles of messages that were worked on and stay in the queue. */
  abandon: (receiptHandles: readonly string[]) => void;
  queues: readonly LocalQueue[];
  functions: readonly LocalFunction[];
  clock: Pick<LocalClock, 'localTimeAt'>;
  log: (line: string) => void;
};

const inPartsOf = <Item>(size: number, items: readonly Item[]): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_none, index) =>
    items.slice(index * size, (index + 1) * size),
  );

/**
 * Makes an event source that polls a queue for a function as Lambda does: batches, batching window, concurrency, partial
 * failures. Failed messages, also those of a killed function, are redelivered after the visibility time-out, which the
 * local clock can pass. Two batches never hold messages of the same FIFO group, because the queue locks a group in work.
 * Throws a LocalError when the template lacks the queue or the function.
 */
export const createEventSource = (resource: ResolvedResource, options: EventSourceOptions): EventSource => {
  const { logicalId, type } = resource;
  const mapping = parseProperties(logicalId, type, mappingSchema, resource.properties);
  const { sqs, clock, log } = options;
  const queue = options.queues.find(({ arn }) => arn === mapping.EventSourceArn);
  const local = options.functions.find(({ arn }) => arn.split(':').at(-1) === mapping.FunctionName.split(':').at(-1));
  if (queue === undefined || local === undefined) {
    throw new LocalError(`${logicalId}: no such queue or function: ${mapping.EventSourceArn}, ${mapping.FunctionName}`);
  }
  const concurrency = mapping.ScalingConfig?.MaximumConcurrency ?? DEFAULT_CONCURRENCY;
  const invoke = local.addWorkers(concurrency);
  const reportsFailures = mapping.FunctionResponseTypes.length > 0;
  const stopping = new AbortController();
  const inWork = new Set<Promise<void>>();

  const receive = async (count: number, waitSeconds: number): Promise<Message[]> => {
    const command = new ReceiveMessageCommand({
      QueueUrl: queue.url,
      MaxNumberOfMessages: Math.min(count, MOST_RECEIVED),
      WaitTimeSeconds: waitSeconds,
      MessageSystemAttributeNames: ['All'],
      MessageAttributeNames: ['All'],
    });
    const { Messages = [] } = await sqs.send(command, { abortSignal: stopping.signal });
    return Messages;
  };
  /** Messages of a FIFO queue that came together may be of one group, which no two batches may hold. */
  const batchesAtOnce = (): number => (queue.fifo ? 1 : concurrency - inWork.size);
  const gatherBatches = async (): Promise<Message[][]> => {
    const batch = await receive(mapping.BatchSize * batchesAtOnce(), longPollSeconds);
    const windowEnd = performance.now() + mapping.MaximumBatchingWindowInSeconds * 1000;
    while (batch.length > 0 && batch.length < mapping.BatchSize && performance.now() < windowEnd) {
      const secondsLeft = Math.ceil((windowEnd - performance.now()) / 1000);
      const room = mapping.BatchSize - batch.length;
      batch.push(...(await receive(room, Math.min(secondsLeft, longPollSeconds))));
    }
    return inPartsOf(mapping.BatchSize, batch);
  };

  const remove = collectCalls<string>(async (handles) => {
    const Entries = handles.map((ReceiptHandle, index) => ({ Id: String(index), ReceiptHandle }));
    await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queue.url, Entries }));
  });

  const finish = async (batch: readonly Message[]): Promise<void> => {
    const records = batch.map((message) => toSqsRecord(message, queue.arn, clock));
    const result = await invoke({ Records: records });
    const ids = records.map(({ messageId }) => messageId);
    const { done } = decideBatchOutcome(ids, result, reportsFailures);
    const isDone = ({ messageId }: { messageId: string }): boolean => done.includes(messageId);
    await Promise.all(records.filter(isDone).map(({ receiptHandle }) => remove(receiptHandle)));
    options.abandon(records.filter((record) => !isDone(record)).map(({ receiptHandle }) => receiptHandle));
  };

  const poll = async (): Promise<void> => {
    while (!stopping.signal.aborted) {
      if (inWork.size >= concurrency) {
        await Promise.race(inWork);
        continue;
      }
      try {
        for (const batch of await gatherBatches()) {
          const work: Promise<void> = finish(batch)
            .catch((error: unknown) => log(`${queue.name} → ${local.name}: ${String(error)}`))
            .finally(() => inWork.delete(work));
          inWork.add(work);
        }
      } catch (error) {
        if (stopping.signal.aborted) return;
        log(`${queue.name} cannot be polled: ${String(error)}`);
        await sleep(pollRetryMs);
      }
    }
  };

  let polling: Promise<void> = Promise.resolve();
  return {
    queueArn: queue.arn,
    start: () => {
      if (mapping.Enabled) polling = poll();
    },
    stop: async () => {
      stopping.abort();
      await Promise.allSettled([polling]);
      await Promise.race([Promise.allSettled(inWork), sleep(batchFinishLimitMs, undefined, { ref: false })]);
    },
  };
};
