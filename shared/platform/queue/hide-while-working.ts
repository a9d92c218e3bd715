import type { SQSRecord } from 'aws-lambda';
import type { Logger } from '../create-logger.ts';
import { hiddenAfterTimeoutMs } from '../timing.ts';
import type { PostponeMessage } from './postpone-message.ts';

/**
 * Hides messages for as long as this invocation can work on them, and a little longer. The queue's own visibility
 * time-out is six times as long, so a message of a function that was killed would wait for minutes.
 *
 * @param remainingMs milliseconds until the function is stopped
 */
export async function hideWhileWorking(
  { postpone, logger }: { postpone: PostponeMessage; logger: Pick<Logger, 'error'> },
  records: Pick<SQSRecord, 'receiptHandle' | 'messageId'>[],
  remainingMs: number,
): Promise<void> {
  const seconds = Math.ceil((remainingMs + hiddenAfterTimeoutMs) / 1000);
  await Promise.all(
    records.map(async ({ receiptHandle, messageId }) => {
      try {
        await postpone(receiptHandle, seconds);
      } catch (error) {
        // It stays hidden until the queue's own visibility time-out ends.
        logger.error('message not hidden', { message_id: messageId, error: error as Error });
      }
    }),
  );
}
