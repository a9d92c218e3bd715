import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { SqsClient } from '../aws/sqs-client.ts';
import type { Logger } from '../create-logger.ts';
import { failureActionOf, logFailure } from './failure-action.ts';
import { hideWhileWorking } from './hide-while-working.ts';
import { createPostponeMessage } from './postpone-message.ts';

export interface WorkDeps {
  sqs: SqsClient;
  queueUrl: string;
  logger: Logger;
  /** @returns null when the message is done, or the milliseconds after which it comes back */
  work(record: SQSRecord): Promise<number | null>;
  /** Milliseconds until the function is stopped. */
  remainingMs(): number;
}

/** Delay after an unexpected error. The dead-letter queue ends the attempts. */
const errorDelayMs = (attempt: number): number => Math.min(2 ** attempt, 60) * 1000;

/**
 * Works a batch of a FIFO queue: groups side by side, the messages of a group in order. After a failed message the rest
 * of its group waits with it, and other groups go on. A failed message comes back after its own delay, which is shorter
 * than the queue's visibility time-out.
 */
export async function workFifoBatch(deps: WorkDeps, event: SQSEvent): Promise<SQSBatchResponse> {
  const postpone = createPostponeMessage(deps.sqs, deps.queueUrl);
  await hideWhileWorking({ ...deps, postpone }, event.Records, deps.remainingMs());
  const groups = Map.groupBy(event.Records, ({ attributes }) => attributes.MessageGroupId ?? '');
  const failed = await Promise.all([...groups.values()].map((records) => workGroup(deps, records)));
  return { batchItemFailures: failed.flat().map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

async function workGroup(deps: WorkDeps, records: SQSRecord[]): Promise<SQSRecord[]> {
  for (const [index, record] of records.entries()) {
    const delay = await workOne(deps, record);
    if (delay === null) continue;
    const rest = records.slice(index);
    for (const one of rest) await postpone(deps, one, delay);
    return rest;
  }
  return [];
}

/** A message that cannot be postponed comes back when the queue's own visibility time-out ends. */
async function postpone({ sqs, queueUrl, logger }: WorkDeps, record: SQSRecord, delayMs: number): Promise<void> {
  try {
    await createPostponeMessage(sqs, queueUrl)(record.receiptHandle, Math.ceil(delayMs / 1000));
  } catch (error) {
    logger.error('message not postponed', { message_id: record.messageId, error: error as Error });
  }
}

async function workOne(deps: WorkDeps, record: SQSRecord): Promise<number | null> {
  try {
    return await deps.work(record);
  } catch (error) {
    const attempt = Number(record.attributes.ApproximateReceiveCount);
    logFailure(deps.logger, error, {
      group: record.attributes.MessageGroupId,
      message_id: record.messageId,
      attempt,
    });
    // A parked message waits like a retried one: with a longer pause its group would stand still for longer.
    return failureActionOf(error) === 'drop' ? null : errorDelayMs(attempt);
  }
}
