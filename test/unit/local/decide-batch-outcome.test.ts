import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decideBatchOutcome } from '../../../local/runner/decide-batch-outcome.ts';
import { returned, threw } from '../../engine/local/local-function.ts';

const ids = ['a', 'b', 'c'];
const failures = (...identifiers: unknown[]) =>
  returned({ batchItemFailures: identifiers.map((itemIdentifier) => ({ itemIdentifier })) });

describe('what becomes of a batch', () => {
  it('deletes what was not reported', () => {
    expect(decideBatchOutcome(ids, failures('b'), true)).toEqual({ done: ['a', 'c'], failed: ['b'] });
  });

  it.each([
    [returned(null)],
    [returned({})],
    [returned({ batchItemFailures: [] })],
    [returned({ batchItemFailures: null })],
    [returned('ok')],
  ])('deletes everything after %j', (result) => {
    expect(decideBatchOutcome(ids, result, true).done).toEqual(ids);
  });

  it.each([
    [threw()],
    [threw('crash')],
    [failures('')],
    [failures(null)],
    [failures('a', 'unknown')],
    [returned({ batchItemFailures: [{ id: 'a' }] })],
    [returned({ batchItemFailures: 'a' })],
  ])('keeps everything after %j', (result) => {
    expect(decideBatchOutcome(ids, result, true)).toEqual({ done: [], failed: ids });
  });

  it('ignores the answer when the mapping does not report failures', () => {
    expect(decideBatchOutcome(ids, failures('a'), false).done).toEqual(ids);
    expect(decideBatchOutcome(ids, threw(), false).done).toEqual([]);
  });

  it('puts every message on exactly one side', () => {
    const batch = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 10 });
    fc.assert(
      fc.property(batch, fc.array(fc.string()), (messageIds, reported) => {
        const { done, failed } = decideBatchOutcome(messageIds, failures(...reported), true);
        expect([...done, ...failed].sort()).toEqual([...messageIds].sort());
      }),
    );
  });
});
