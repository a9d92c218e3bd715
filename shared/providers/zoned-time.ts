import type { Temporal } from 'temporal-polyfill';
import { earliestTimestamp, latestTimestamp, parseProviderTime, type Timestamp } from '../platform/timestamp.ts';

/**
 * The instant of a time in a zone. Beyond the years that can be stored it is the nearest instant that can.
 *
 * @returns null when `moment` throws: not a date, or not a zone. The caller counts the event as unreadable
 */
export function inZone(moment: () => Temporal.ZonedDateTime): Timestamp | null {
  try {
    const zoned = moment();
    const nearest = zoned.epochMilliseconds < 0 ? earliestTimestamp : latestTimestamp;
    return parseProviderTime(zoned.toInstant().toString()) ?? nearest;
  } catch {
    return null;
  }
}
