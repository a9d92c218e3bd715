import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';

const attempts = 8;
const pauseMs = 25;

/** Reasons of a cancelled transaction that pass: another transaction holds a row, or a partition is throttled. */
const passing = new Set(['TransactionConflict', 'ThrottlingError', 'ProvisionedThroughputExceeded']);

/**
 * Repeats a write while another transaction holds one of its rows or a partition is throttled. DynamoDB refuses such a
 * write at once, and the SDK does not retry transactions. The pauses grow to a few seconds
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis.html#transaction-conflict-handling).
 *
 * @param wait pauses for milliseconds
 */
export async function retryConflict<Result>(
  write: () => Promise<Result>,
  wait = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await write();
    } catch (error) {
      if (attempt === attempts || !isPassingConflict(error)) throw error;
      await wait(Math.random() * pauseMs * 2 ** attempt);
    }
  }
}

/** A transaction that failed for a condition as well is not repeated: it would fail again. */
export const isPassingConflict = (error: unknown): boolean => {
  if (error instanceof TransactionConflictException) return true;
  const codes = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  return (
    codes.some(({ Code }) => passing.has(Code ?? '')) && !codes.some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
};
