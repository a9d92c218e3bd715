import {
  ConditionalCheckFailedException,
  TransactionCanceledException,
  TransactionConflictException,
} from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from 'vitest';
import { retryConflict } from '../../../shared/store/retry-conflict.ts';

const canceled = (...codes: string[]) =>
  new TransactionCanceledException({
    message: '',
    $metadata: {},
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** Fails with these errors, one after another, then succeeds. */
async function run(...errors: Error[]): Promise<{ result: unknown; attempts: number }> {
  let attempts = 0;
  const write = async (): Promise<string> => {
    const error = errors[attempts];
    attempts += 1;
    if (error) throw error;
    return 'written';
  };
  const result = await retryConflict(write, async () => {}).catch((error: unknown) => error);
  return { result, attempts };
}

describe('a write that meets a transaction', () => {
  it('is repeated until the other transaction is complete', async () => {
    const conflict = new TransactionConflictException({ message: '', $metadata: {} });
    const throttled = canceled('ThrottlingError', 'None');
    expect(await run(throttled, canceled('ProvisionedThroughputExceeded'))).toEqual({ result: 'written', attempts: 3 });
    expect(await run()).toEqual({ result: 'written', attempts: 1 });
    expect(await run(canceled('None', 'TransactionConflict'), conflict)).toEqual({ result: 'written', attempts: 3 });
  });

  it('fails after eight attempts', async () => {
    const conflict = canceled('TransactionConflict');
    expect(await run(...Array.from({ length: 10 }, () => conflict))).toEqual({ result: conflict, attempts: 8 });
  });

  it('is not repeated when a condition failed, or for any other error', async () => {
    const failures = [
      canceled('ConditionalCheckFailed', 'TransactionConflict'),
      new ConditionalCheckFailedException({ message: '', $metadata: {} }),
      new Error('network'),
    ];
    for (const failure of failures) expect(await run(failure)).toEqual({ result: failure, attempts: 1 });
  });
});
