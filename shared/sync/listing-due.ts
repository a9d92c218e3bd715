import type { Calendar } from '../calendars/calendar.ts';
import { shardOf } from '../platform/ids.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncWindow, WindowDays } from './sync-window.ts';

/** After this long a scheduled run lists the window anew: no loss may stay for good. */
const listingAgeMs = 22.5 * 3_600_000;

/**
 * Each calendar takes a part of this on top, always the same, so that those which began together drift apart; together
 * less than a day, within which a loss of access must be noticed.
 */
const spreadMs = 1.25 * 3_600_000;

/** What the calendar keeps: its own window, or the deployment's. */
export const windowOf = (
  { window }: Pick<SyncDeps, 'window'>,
  calendar: Pick<Calendar, 'sync_window'>,
): WindowDays => ({
  pastDays: calendar.sync_window?.past_days ?? window.pastDays,
  futureDays: calendar.sync_window?.future_days ?? window.futureDays,
});

/** Names the window a listing was of. */
export const windowName = ({ pastDays, futureDays }: WindowDays): string => `${pastDays}/${futureDays}`;

/** Is there something that only a listing can tell: by its age, by another window, or as the last one reached not as far? */
export function isListingDue(deps: SyncDeps, { calendar, sync, request }: SyncRun, window: SyncWindow): boolean {
  const { last_listed_at: listedAt, listed_until: until = '', listed_window: name } = sync;
  const isOld = !listedAt || listedAt < timestampOf(deps.clock.now() - listingAgeMs);
  return (
    (request.trigger === 'schedule' && isOld) || until < window.end || name !== windowName(windowOf(deps, calendar))
  );
}

/** When the window wants to be listed again. */
export const nextListingAt = (calendarId: string, lastListedAt: Timestamp): Timestamp =>
  timestampOf(millisOf(lastListedAt) + listingAgeMs + Math.round((shardOf(calendarId, 1000) / 1000) * spreadMs));
