import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRetryAfter, retryDelay } from '../../../shared/webhooks/retry-delay.ts';

const attempts = fc.integer({ min: 1, max: 1000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const longest = 11 * 3600;

describe('the delay before a delivery is tried again', () => {
  it('grows from seconds to hours', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 12].map((attempt) => retryDelay(attempt, null, 0));
    expect(delays).toEqual([5, 30, 120, 600, 1800, 3600, 7200, 21_600, 36_000, 36_000]);
  });

  it('never shrinks, is whole seconds, and stays within what SQS can hide', () => {
    fc.assert(
      fc.property(attempts, random, fc.option(fc.nat()), (attempt, at, retryAfter) => {
        const delay = retryDelay(attempt, retryAfter, at);
        expect(Number.isInteger(delay)).toBe(true);
        expect(delay).toBeGreaterThanOrEqual(5);
        expect(delay).toBeLessThanOrEqual(longest);
        expect(retryDelay(attempt + 1, retryAfter, at)).toBeGreaterThanOrEqual(delay);
      }),
    );
  });

  it('spreads over a tenth', () => {
    expect(retryDelay(4, null, 0)).toBe(600);
    expect(retryDelay(4, null, 0.5)).toBe(630);
    expect(retryDelay(4, null, 0.999)).toBe(660);
  });

  it('is what the receiver asks for, when that is longer, up to the longest', () => {
    expect(retryDelay(1, 90, 0)).toBe(90);
    expect(retryDelay(4, 90, 0)).toBe(600);
    expect(retryDelay(1, 10 * 86_400, 0)).toBe(longest);
    expect(retryDelay(1, Number.POSITIVE_INFINITY, 0)).toBe(longest);
  });
});

describe('Retry-After', () => {
  const now = Date.parse('2026-11-21T09:00:00Z');

  it.each([
    ['120', 120],
    [' 0 ', 0],
    ['Sat, 21 Nov 2026 09:02:00 GMT', 120],
    ['Sat, 21 Nov 2026 08:00:00 GMT', 0],
    [undefined, null],
    ['', null],
    ['-5', null],
    ['1.5', null],
    ['soon', null],
    ['soon GMT', null],
    ['2026-11-21T09:02:00Z', null],
  ])('%j is %j seconds', (header, seconds) => {
    expect(parseRetryAfter(header, now)).toBe(seconds);
  });
});
