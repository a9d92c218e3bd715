import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttemptDelay } from '../../../shared/webhooks/retry-schedule.ts';

const attempts = fc.integer({ min: 1, max: 9 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const hour = 3_600_000;
const day = 24 * hour;

describe('the delay before a delivery is tried again', () => {
  it('is that of docs/api-compatibility.md#webhook-endpoints, ten attempts in all', () => {
    const delays = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((made) => nextAttemptDelay(made, null, 0));
    expect(delays).toEqual([
      5000,
      300_000,
      1_800_000,
      2 * hour,
      5 * hour,
      10 * hour,
      14 * hour,
      20 * hour,
      day,
      null,
      null,
    ]);
  });

  it('never comes earlier than scheduled or asked for, and at most a tenth later', () => {
    fc.assert(
      fc.property(attempts, random, fc.option(fc.nat({ max: 10 * 86_400 })), (made, at, retryAfter) => {
        const scheduled = nextAttemptDelay(made, null, 0) ?? 0;
        const earliest = Math.max(scheduled, Math.min((retryAfter ?? 0) * 1000, day));
        const delay = nextAttemptDelay(made, retryAfter, at) ?? -1;
        expect(delay).toBeGreaterThanOrEqual(earliest);
        expect(delay).toBeLessThanOrEqual(Math.ceil(earliest * 1.1));
      }),
    );
  });

  it('spreads over a tenth', () => {
    expect(nextAttemptDelay(2, null, 0.5)).toBe(315_000);
    expect(nextAttemptDelay(2, null, 0.9999)).toBe(329_997);
  });

  it('is what the receiver asks for, when that is longer, up to a day; it gets no attempt more for asking', () => {
    expect(nextAttemptDelay(1, 90, 0)).toBe(90_000);
    expect(nextAttemptDelay(2, 90, 0)).toBe(300_000);
    expect(nextAttemptDelay(1, 10 * 86_400, 0)).toBe(day);
    expect(nextAttemptDelay(1, Number.POSITIVE_INFINITY, 0)).toBe(day);
    expect(nextAttemptDelay(10, 60, 0)).toBeNull();
  });
});
