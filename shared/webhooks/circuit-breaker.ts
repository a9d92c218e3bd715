import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { InactiveReason } from './endpoint.ts';
import type { EndpointTraffic } from './endpoint-traffic.ts';

/** Statuses of an endpoint, or of a proxy before it, that has too much to do: more attempts would make it worse. */
const overloaded: ReadonlySet<number | null> = new Set([429, 502, 504]);

/** An endpoint with so many time-outs in a row counts as down. Each costs a sender a quarter of a minute. */
const timeoutsInRow = 4;

/**
 * `closed`: attempts are made. `open`: no delivery of the endpoint is attempted before `until`. `half_open`: the pause
 * is over, and the next attempts probe the endpoint, as many at a time as it has leases. Success closes the breaker.
 */
export type BreakerState = { kind: 'closed' } | { kind: 'open'; until: number } | { kind: 'half_open' };

/** @param now milliseconds since the epoch */
export function breakerState({ open_until }: EndpointTraffic, now: number): BreakerState {
  if (open_until === undefined) return { kind: 'closed' };
  return open_until > now ? { kind: 'open', until: open_until } : { kind: 'half_open' };
}

/** A failed attempt. */
export interface AttemptFailure {
  /** Null when there was no answer. */
  status: number | null;
  error: string | null;
  retryAfterSeconds: number | null;
}

/**
 * For how long a failure opens the breaker. An endpoint that sends `Retry-After` is left alone for that time, whatever its
 * status. An overloaded one is left alone for 5 s, 10 s, 20 s … up to 5 min at least; an endpoint with time-outs in a row
 * likewise.
 *
 * @param failures in a row, this one included
 * @returns milliseconds; 0 when the failure does not open the breaker
 */
export function openAfterFailure(failures: number, { status, error, retryAfterSeconds }: AttemptFailure): number {
  const wanted = Math.min((retryAfterSeconds ?? 0) * 1000, webhookTimingMs.longestRetryAfter);
  if (overloaded.has(status)) return Math.max(wanted, growingPause(failures));
  if (error === 'TIMEOUT' && failures >= timeoutsInRow) return growingPause(failures - timeoutsInRow + 1);
  return wanted;
}

const growingPause = (failures: number): number =>
  Math.min(webhookTimingMs.firstBreakerPause * 2 ** Math.min(failures - 1, 10), webhookTimingMs.longestBreakerPause);

/**
 * Why a failure disables the endpoint (docs/api-compatibility.md#webhook-endpoints): it answered 410, or it has done
 * nothing but fail for five days.
 *
 * @param before the endpoint's traffic before this failure
 */
export function disableAfterFailure(
  before: EndpointTraffic,
  { status }: Pick<AttemptFailure, 'status'>,
  now: number,
): InactiveReason | null {
  if (status === 410) return 'gone';
  const { failing_since, last_failure_at } = before;
  if (failing_since === undefined || last_failure_at === undefined) return null;
  const { disableAfter, leastFailureSpread } = webhookTimingMs;
  return now - failing_since >= disableAfter && last_failure_at - failing_since >= leastFailureSpread
    ? 'failing'
    : null;
}
