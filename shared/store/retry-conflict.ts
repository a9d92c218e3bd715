import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';

const attempts = 6;
const pauseMs = 25;

/**
 * Runs a write again while another transaction holds one of its rows, which DynamoDB refuses at once and the SDK does
 * not retry
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
      if (attempt === attempts || !isConflict(error)) throw error;
      await wait(Math.random() * pauseMs * 2 ** attempt);
    }
  }
}

/** A transaction that failed for a condition as well has its answer: trying again cannot change it. */
const isConflict = (error: unknown): boolean => {
  if (error instanceof TransactionConflictException) return true;
  const codes = error instanceof TransactionCanceledException ? (error.CancellationReasons ?? []) : [];
  return (
    codes.some(({ Code }) => Code === 'TransactionConflict') &&
    !codes.some(({ Code }) => Code === 'ConditionalCheckFailed')
  );
};
