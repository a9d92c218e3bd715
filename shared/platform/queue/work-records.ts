import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda';
import type { Logger } from '../create-logger.ts';
import { failureActionOf, logFailure } from './failure-action.ts';
import { hideWhileWorking } from './hide-while-working.ts';
import type { PostponeMessage } from './postpone-message.ts';

export interface RecordWork<Message> {
  /** @returns null when the text is no message of this queue */
  parse: (text: string) => Message | null;
  /** @param attempt 1 on the first delivery */
  work: (message: Message, attempt: number) => Promise<void>;
  postpone: PostponeMessage;
  /** Milliseconds until the function is stopped. */
  remainingMs: () => number;
  /** The longest pause in seconds before a failed message comes back; 600 when absent. */
  longestPause?: number;
  logger: Pick<Logger, 'error'>;
}

/**
 * Works messages of a standard queue side by side, independently of each other. A message whose work failed stays in the
 * queue, and the dead-letter queue takes it after its last receive. `failure-action.ts` has the exceptions.
 */
export async function workRecords<Message>(
  work: RecordWork<Message>,
  { Records }: SQSEvent,
): Promise<SQSBatchResponse> {
  await hideWhileWorking(work, Records, work.remainingMs());
  const worked = await Promise.all(
    Records.map(async (record) => ({ id: record.messageId, isDone: await workRecord(work, record) })),
  );
  return {
    batchItemFailures: worked.filter(({ isDone }) => !isDone).map(({ id }) => ({ itemIdentifier: id })),
  };
}

async function workRecord<Message>(
  { parse, work, postpone, longestPause = 600, logger }: RecordWork<Message>,
  { body, messageId, receiptHandle, attributes }: SQSRecord,
): Promise<boolean> {
  const attempt = Number(attributes.ApproximateReceiveCount);
  const message = parse(body);
  if (!message) {
    logger.error('malformed message', { message_id: messageId });
    return false;
  }
  try {
    await work(message, attempt);
    return true;
  } catch (error) {
    logFailure(logger, error, { message_id: messageId });
    const action = failureActionOf(error);
    if (action !== 'retry') return action === 'drop';
  }
  try {
    await postpone(receiptHandle, Math.min(2 ** attempt, longestPause));
  } catch (error) {
    // It comes back when the queue's own visibility time-out ends.
    logger.error('message not postponed', { message_id: messageId, error: error as Error });
  }
  return false;
}
