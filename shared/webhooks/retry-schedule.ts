const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;

/** docs/api-compatibility.md#webhook-endpoints: milliseconds between an attempt and the one before it, from the second on; a little over three days. */
const delaysMs = [5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour];

/** A receiver that asks for more is asked again after a day all the same. */
const longestMs = 24 * hour;

/** What failed together shall not come back together. */
const jitter = 0.1;

/**
 * Milliseconds until a delivery that failed is tried again: the schedule's delay with up to a tenth on top, or the
 * receiver's `Retry-After` where that is later.
 *
 * @param attempts made in this round, ≥ 1
 * @param retryAfterSeconds as the receiver asked; null when it did not
 * @param random in [0, 1)
 * @returns null when that was the last one
 */
export function nextAttemptDelay(attempts: number, retryAfterSeconds: number | null, random: number): number | null {
  const scheduled = delaysMs[attempts - 1];
  if (scheduled === undefined) return null;
  const asked = Math.min((retryAfterSeconds ?? 0) * second, longestMs);
  return Math.ceil(Math.max(scheduled, asked) * (1 + random * jitter));
}
