import { describe, expect, it } from 'vitest';
import { collectCalls } from '../../../local/runner/collect-calls.ts';

/** Records what is sent together. */
function record(sizeOf?: (entry: number) => number) {
  const requests: number[][] = [];
  const call = collectCalls<number>(async (entries) => {
    requests.push(entries);
    if (entries.includes(-1)) throw new Error('refused');
  }, sizeOf);
  return { requests, call };
}
const numbers = (count: number): number[] => Array.from({ length: count }, (_none, index) => index);

describe('calls of the same moment', () => {
  it('are one request for ten of them, in their order, and those of a later moment another one', async () => {
    const { requests, call } = record();
    await Promise.all(numbers(23).map(call));
    await call(23);
    expect(requests).toEqual([numbers(10), numbers(20).slice(10), [20, 21, 22], [23]]);
  });

  it('are several requests when they are large together', async () => {
    const { requests, call } = record((entry) => (entry === 1 ? 250_000 : 90_000));
    await Promise.all(numbers(5).map(call));
    expect(requests).toEqual([[0], [1], [2, 3], [4]]);
  });

  it('fail together, and no other ones with them', async () => {
    const { call } = record();
    const together = [call(-1), call(1)];
    const others = numbers(8).map(call);
    const settled = await Promise.allSettled([...together, ...others, call(9)]);
    expect(settled.map(({ status }) => status === 'fulfilled').filter(Boolean)).toHaveLength(1);
    await expect(call(2)).resolves.toBeUndefined();
  });
});
