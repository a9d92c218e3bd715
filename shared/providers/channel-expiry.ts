import { millisOf, parseProviderTime, type Timestamp, timestampOf } from '../platform/timestamp.ts';

/**
 * When a channel ends: milliseconds since the epoch, as a number or text, or the text of a time, whole or with any
 * fraction. A time that cannot be read, and one beyond what was requested, counts as requested: the calendar's daily
 * listing replaces a channel that has ended before.
 *
 * @param requested milliseconds since the epoch
 */
export function channelExpiry(answered: unknown, requested: number): Timestamp {
  const millis = millisIn(answered);
  return timestampOf(millis === null ? requested : Math.max(0, Math.min(Math.floor(millis), requested)));
}

function millisIn(answered: unknown): number | null {
  const text = typeof answered === 'number' ? String(answered) : answered;
  if (typeof text !== 'string') return null;
  const time = parseProviderTime(text);
  const millis = time ? millisOf(time) : text.trim() === '' ? Number.NaN : Number(text);
  return Number.isNaN(millis) ? null : millis;
}
