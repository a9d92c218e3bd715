import type { Calendar } from '../calendars/calendar.ts';
import { shardOf } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { isTime } from './reading-state.ts';
import type { SyncMessage } from './sync-message.ts';
import type { SyncState } from './sync-state.ts';
import type { SyncWindow, WindowDays } from './sync-window.ts';

/** The calendar's own window, or the deployment's. */
export const windowOf = (
  { pastDays, futureDays }: WindowDays,
  { sync_window: own }: Pick<Calendar, 'sync_window'>,
): WindowDays => ({ pastDays: own?.past_days ?? pastDays, futureDays: own?.future_days ?? futureDays });

/** Names what a listing is of: the window, and the content policy and the hosts of meetings with which it was read. */
export const windowName = ({ pastDays, futureDays, policy = '', hosts = '' }: WindowDays): string =>
  `${pastDays}/${futureDays}#${policy}#${hosts}`.replace(/#+$/, '');

/** Version of the content policy with which a window was listed. */
export const policyOfWindow = (name: string): string => name.split('#')[1] ?? '';

/** Version of the hosts of meetings with which a window was listed. */
export const hostsOfWindow = (name: string): string => name.split('#')[2] ?? '';

/**
 * Is there something that only a listing can find? The last one is old, it was of another window, it did not reach the end
 * of the present window, or it was wrong. Age counts for scheduled runs only. A listing that fails while deltas work is
 * tried again after pauses.
 *
 * @param now milliseconds since the epoch
 */
export function isListingDue(
  { listing, reading }: Pick<SyncState, 'listing' | 'reading'>,
  trigger: SyncMessage['trigger'],
  { span, days, now }: { span: SyncWindow; days: WindowDays; now: number },
): boolean {
  const at = timestampOf(now);
  if (reading.failed_listing && !isTime(reading.failed_listing, at)) return false;
  if (isTime(reading.relisting, at)) return true;
  const isOld = !listing || listing.at < timestampOf(now - syncTimingMs.listingAge);
  return (trigger === 'schedule' && isOld) || (listing?.until ?? '') < span.end || listing?.window !== windowName(days);
}

/**
 * When the window is to be listed again. Each calendar adds its own part of `listingSpread`, always the same, so that
 * calendars that began together drift apart.
 */
export const nextListingAt = (calendarId: string, listedAt: Timestamp): Timestamp => {
  const part = shardOf(calendarId, 1000) / 1000;
  return timestampOf(millisOf(listedAt) + Math.floor(syncTimingMs.listingAge + part * syncTimingMs.listingSpread));
};
