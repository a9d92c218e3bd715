import type { SQSEvent } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { AppError, type AppErrorCode } from '../../../shared/platform/app-error.ts';
import type { Logger } from '../../../shared/platform/create-logger.ts';
import { type FailureAction, failureActionOf } from '../../../shared/platform/queue/failure-action.ts';
import { workFifoBatch } from '../../../shared/platform/queue/work-fifo-batch.ts';
import { workRecords } from '../../../shared/platform/queue/work-records.ts';

/** Every code with the action of a queue worker. A new code does not compile until it is here. */
const actions: Record<AppErrorCode, FailureAction> = {
  unauthenticated: 'park',
  malformed_request: 'park',
  invalid_fields: 'park',
  invalid_query: 'park',
  refused: 'park',
  not_found: 'drop',
  invalid_cursor: 'park',
  cursor_expired: 'park',
  method_not_allowed: 'park',
  conflict: 'retry',
  unsupported_media_type: 'park',
  key_reused: 'park',
  provider_unavailable: 'retry',
  throttled: 'retry',
  unreadable: 'park',
};

const event = {
  Records: [
    {
      messageId: 'm1',
      receiptHandle: 'r1',
      body: '{}',
      attributes: { ApproximateReceiveCount: '3', MessageGroupId: 'g1' },
    },
  ],
} as unknown as SQSEvent;
const logger = { error: () => {} } as unknown as Logger;
const failed = { batchItemFailures: [{ itemIdentifier: 'm1' }] };
const done = { batchItemFailures: [] };

async function workOnce(failure: Error) {
  const pauses: number[] = [];
  const result = await workRecords(
    {
      parse: () => ({}),
      work: () => Promise.reject(failure),
      postpone: async (_handle, seconds) => void pauses.push(seconds),
      remainingMs: () => 30_000,
      logger,
    },
    event,
  );
  return { result, pauses };
}

async function workGroupOnce(failure: Error) {
  const pauses: unknown[] = [];
  const sqs = { changeMessageVisibility: async (change: object) => void pauses.push(change) };
  const work = () => Promise.reject(failure);
  const deps = { sqs: sqs as never, queueUrl: 'q', logger, work, remainingMs: () => 30_000 };
  return { result: await workFifoBatch(deps, event), pauses };
}

describe('a message', () => {
  it('is hidden for the rest of the invocation and a little longer, so that it comes back soon if that is killed', async () => {
    const error = new AppError('not_found', 'absent');
    expect((await workOnce(error)).pauses).toEqual([40]);
    expect((await workGroupOnce(error)).pauses).toEqual([
      { QueueUrl: 'q', ReceiptHandle: 'r1', VisibilityTimeout: 40 },
    ]);
  });
});

describe('a failed message', () => {
  it.each(Object.entries(actions))('with the error %s is handled by the table: %s', (code, action) => {
    expect(failureActionOf(new AppError(code as AppErrorCode, 'text'))).toBe(action);
  });

  it.each([new Error('an outage'), new AppError('conflict', 'a lost race')])(
    'comes back after a growing pause when trying again can help: %s',
    async (error) => {
      expect(await workOnce(error)).toEqual({ result: failed, pauses: [40, 8] });
      expect(await workGroupOnce(error)).toEqual({
        result: failed,
        pauses: [40, 8].map((VisibilityTimeout) => ({ QueueUrl: 'q', ReceiptHandle: 'r1', VisibilityTimeout })),
      });
    },
  );

  it('is done when its object is absent', async () => {
    const error = new AppError('not_found', 'absent');
    expect((await workOnce(error)).result).toEqual(done);
    expect((await workGroupOnce(error)).result).toEqual(done);
  });

  it('waits for the dead-letter queue when trying again cannot help', async () => {
    const error = new AppError('refused', 'impossible');
    expect((await workOnce(error)).result).toEqual(failed);
    expect((await workGroupOnce(error)).result).toEqual(failed);
  });
});
