import { ConditionalCheckFailedException, TransactionCanceledException } from '@aws-sdk/client-dynamodb';

/** Was the write refused because a condition did not hold, alone or in a transaction? */
export const isConditionFailure = (error: unknown): boolean =>
  error instanceof ConditionalCheckFailedException || failedConditions(error).length > 0;

/** Which items of a transaction did not hold, by their index; none when the error is another one. */
export const failedConditions = (error: unknown): number[] =>
  error instanceof TransactionCanceledException
    ? (error.CancellationReasons ?? []).flatMap(({ Code }, index) => (Code === 'ConditionalCheckFailed' ? [index] : []))
    : [];
