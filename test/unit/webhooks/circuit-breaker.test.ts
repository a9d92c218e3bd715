import { describe, expect, it } from 'vitest';
import { breakerState, disableAfterFailure, openAfterFailure } from '../../../shared/webhooks/circuit-breaker.ts';

const hour = 3_600_000;
const day = 24 * hour;
const failure = { status: null, error: null, retryAfterSeconds: null };

describe('the circuit breaker', () => {
  it('is closed until a failure opens it', () => {
    expect(breakerState({}, 5)).toEqual({ kind: 'closed' });
    expect(breakerState({ failures: 3, failing_since: 1, last_failure_at: 4 }, 5)).toEqual({ kind: 'closed' });
  });

  it('is open during its pause, and half-open from its end on', () => {
    expect(breakerState({ open_until: 1000 }, 999)).toEqual({ kind: 'open', until: 1000 });
    expect(breakerState({ open_until: 1000 }, 1000)).toEqual({ kind: 'half_open' });
  });

  it.each([429, 502, 504])('opens for longer at every further answer %i', (status) => {
    const pauses = [1, 2, 3, 4, 7, 100].map((failures) => openAfterFailure(failures, { ...failure, status }));
    expect(pauses).toEqual([5000, 10_000, 20_000, 40_000, 300_000, 300_000]);
  });

  it('opens for as long as an overloaded endpoint asks for at least, and for a day at most', () => {
    const opened = (retryAfterSeconds: number) => openAfterFailure(1, { ...failure, status: 429, retryAfterSeconds });
    expect([1, 60, 1e9].map(opened)).toEqual([5000, 60_000, day]);
  });

  it.each([400, 401, 404, 410, 500, 503])('does not open after an answer %i', (status) => {
    expect(openAfterFailure(50, { ...failure, status })).toBe(0);
  });

  it.each([301, 400, 401, 404, 429, 500, 502, 503])('opens after %i as long as Retry-After asks for', (status) => {
    const opened = (retryAfterSeconds: number) => openAfterFailure(1, { ...failure, status, retryAfterSeconds });
    expect([3600, 1e9].map(opened)).toEqual([hour, day]);
  });

  it('does not open for refused connections, but at the fourth time-out in a row', () => {
    expect(openAfterFailure(50, { ...failure, error: 'ECONNREFUSED' })).toBe(0);
    const pauses = [1, 3, 4, 5, 50].map((failures) => openAfterFailure(failures, { ...failure, error: 'TIMEOUT' }));
    expect(pauses).toEqual([0, 0, 5000, 10_000, 300_000]);
  });
});

describe('a failed attempt', () => {
  const now = 100 * day;
  const after = (failing_since: number, last_failure_at: number, status: number | null = 500) =>
    disableAfterFailure({ failing_since, last_failure_at, failures: 9 }, { status }, now);

  it('disables the endpoint after five days of nothing but failures', () => {
    expect(after(now - 5 * day, now - hour)).toBe('failing');
    expect(after(now - 5 * day, now - hour, null)).toBe('failing');
    expect(after(now - 5 * day + 1, now - hour)).toBeNull();
  });

  it('does not disable the endpoint after two failures with silence between them', () => {
    expect(after(now - 6 * day, now - 6 * day)).toBeNull();
    expect(after(now - 6 * day, now - 6 * day + 12 * hour - 1)).toBeNull();
    expect(after(now - 6 * day, now - 6 * day + 12 * hour)).toBe('failing');
  });

  it('does not disable the endpoint when it is the first one', () => {
    expect(disableAfterFailure({}, { status: 500 }, now)).toBeNull();
  });

  it('disables the endpoint at once when the answer is 410', () => {
    expect(disableAfterFailure({}, { status: 410 }, now)).toBe('gone');
  });
});
