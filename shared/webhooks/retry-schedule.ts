import { webhookTimingMs } from '../platform/webhook-timing.ts';

/** Deliveries that failed together are attempted again at different times. */
const jitter = 0.1;

/**
 * Milliseconds until the next attempt of a failed delivery: the schedule's delay or the endpoint's `Retry-After`,
 * whichever is later, and up to a tenth more.
 *
 * @param attempts of this round, ≥ 1
 * @param retryAfterSeconds null when the endpoint sent none
 * @param random in [0, 1)
 * @returns null when that was the last attempt of the schedule
 */
export function nextAttemptDelay(attempts: number, retryAfterSeconds: number | null, random: number): number | null {
  const scheduled = webhookTimingMs.retryDelays[attempts - 1];
  if (scheduled === undefined) return null;
  const wanted = Math.min((retryAfterSeconds ?? 0) * 1000, webhookTimingMs.longestRetryAfter);
  return Math.ceil(Math.max(scheduled, wanted) * (1 + random * jitter));
}
