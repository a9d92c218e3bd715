/** Seconds after the first, second, … failed attempt; the last holds for all that follow. About two days in all. */
const delays = [5, 30, 2 * 60, 10 * 60, 30 * 60, 3600, 2 * 3600, 6 * 3600, 10 * 3600];

/** SQS hides a message for at most 12 hours after it was received, the attempt itself included. */
const longestDelay = 11 * 3600;

/**
 * Seconds until a failed delivery is tried again: the schedule's delay with up to a tenth on top, so that what failed
 * together does not come back together; or the receiver's `Retry-After`, where that is longer.
 *
 * @param attempt 1 for the first
 * @param retryAfterSeconds as the receiver asked; null when it did not
 * @param random in [0, 1)
 */
export function retryDelay(attempt: number, retryAfterSeconds: number | null, random: number): number {
  const scheduled = delays[Math.min(Math.max(attempt, 1), delays.length) - 1] ?? longestDelay;
  return Math.ceil(Math.min(Math.max(scheduled, retryAfterSeconds ?? 0) * (1 + random / 10), longestDelay));
}

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): seconds, or a date in the preferred form.
 *
 * @param now milliseconds since the epoch
 * @returns seconds from now, or null when there is none to read
 */
export function parseRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim() ?? '';
  if (/^\d+$/.test(text)) return Number(text);
  const date = text.endsWith(' GMT') ? Date.parse(text) : Number.NaN;
  return Number.isNaN(date) ? null : Math.max(0, Math.ceil((date - now) / 1000));
}
