import { describe, expect, it } from 'vitest';
import { isGivenUp, pauseAfterFailure } from '../../../shared/webhooks/circuit-breaker.ts';

const hour = 3_600_000;
const day = 24 * hour;
const failure = { status: null, error: null, retryAfterSeconds: null };

describe('how long an endpoint that failed is left alone', () => {
  it.each([429, 502, 504])('grows while it answers %i', (status) => {
    const pauses = [1, 2, 3, 4, 7, 100].map((failures) => pauseAfterFailure(failures, { ...failure, status }));
    expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 300_000, 300_000]);
  });

  it('is as long as it asks, at least, and at most a day', () => {
    const paused = (retryAfterSeconds: number) => pauseAfterFailure(1, { ...failure, status: 429, retryAfterSeconds });
    expect([1, 60, 1e9].map(paused)).toEqual([5000, 60_000, day]);
  });

  it.each([400, 401, 404, 410, 500, 503])('is no time after %i', (status) => {
    expect(pauseAfterFailure(50, { ...failure, status, retryAfterSeconds: 60 })).toBe(0);
  });

  it('is no time when it refuses connections, and some once it has often not answered', () => {
    expect(pauseAfterFailure(50, { ...failure, error: 'ECONNREFUSED' })).toBe(0);
    const pauses = [1, 3, 4, 5, 50].map((failures) => pauseAfterFailure(failures, { ...failure, error: 'TIMEOUT' }));
    expect(pauses).toEqual([0, 0, 5000, 10_000, 300_000]);
  });
});

describe('an endpoint is given up', () => {
  const now = 100 * day;
  const after = (failingSince: number | null, lastFailureAt: number | null) =>
    isGivenUp({ failingSince, lastFailureAt, failures: 9 }, now);

  it('after five days of nothing but failures', () => {
    expect(after(now - 5 * day, now - hour)).toBe(true);
    expect(after(now - 5 * day + 1, now - hour)).toBe(false);
  });

  it('not for two failures with silence between them', () => {
    expect(after(now - 6 * day, now - 6 * day)).toBe(false);
    expect(after(now - 6 * day, now - 6 * day + 12 * hour - 1)).toBe(false);
    expect(after(now - 6 * day, now - 6 * day + 12 * hour)).toBe(true);
  });

  it('not at its first failure', () => expect(after(null, null)).toBe(false));
});
