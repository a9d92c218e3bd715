import { AwsError } from './aws-error.ts';

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html. A partition of 10 GB stays full. */
const throttling =
  /Throttl|TooManyRequests|RequestLimitExceeded|SlowDown|(?<!ItemCollectionSize)LimitExceededException$|ThroughputExceeded/;

/** Codes of Node and names of the AWS SDK for a connection that failed. */
const noAnswer = /^(E(CONN|AI_AGAIN|PIPE|TIMEDOUT|HOSTUNREACH|NETUNREACH)|TimeoutError$)/;

/** Statuses of AWS for a call that may succeed later. 0: there was no answer. */
const isPassingStatus = (status: number): boolean => status === 0 || status >= 500 || status === 429;

/**
 * Did AWS fail to answer a call, or refuse it for now? The same call may succeed later.
 *
 * @param error of the AWS SDK (which has `$metadata`) or of `createAwsJsonClient`; every other one is false
 */
export function isPassingFailure(error: unknown): boolean {
  if (error instanceof AwsError) return isPassingStatus(error.status) || throttling.test(error.name);
  if (!(error instanceof Error) || !('$metadata' in error)) return false;
  const { httpStatusCode: status } = Object(error.$metadata) as { httpStatusCode?: number };
  if (throttling.test(error.name)) return true;
  if (status !== undefined) return isPassingStatus(status);
  return noAnswer.test(error.name) || ('code' in error && noAnswer.test(String(error.code)));
}
