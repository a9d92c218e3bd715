import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextAttemptDelay } from '../../../shared/webhooks/retry-schedule.ts';

const attempts = fc.integer({ min: 1, max: 9 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const hour = 3_600_000;
const day = 24 * hour;

describe('the delay before the next attempt', () => {
  it('follows docs/api-compatibility.md#webhook-endpoints, for ten attempts in all', () => {
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

  it('is never shorter than the schedule or Retry-After say, and at most a tenth longer', () => {
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

  it('has a jitter of up to a tenth', () => {
    expect(nextAttemptDelay(2, null, 0.5)).toBe(315_000);
    expect(nextAttemptDelay(2, null, 0.9999)).toBe(329_997);
  });

  it('is the Retry-After of the endpoint when that is longer, up to a day, and adds no attempt', () => {
    expect(nextAttemptDelay(1, 90, 0)).toBe(90_000);
    expect(nextAttemptDelay(2, 90, 0)).toBe(300_000);
    expect(nextAttemptDelay(1, 10 * 86_400, 0)).toBe(day);
    expect(nextAttemptDelay(1, Number.POSITIVE_INFINITY, 0)).toBe(day);
    expect(nextAttemptDelay(10, 60, 0)).toBeNull();
  });
});
