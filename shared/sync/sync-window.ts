import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';

/** Which events are kept, in days around the present (docs/api-compatibility.md#what-is-synchronized); fractions of a day are allowed. */
export interface WindowDays {
  pastDays: number;
  futureDays: number;
  /** Version of the project's content policy, where it limits something: with another one the window is listed again. */
  policy?: string;
  /** Version of the project's hosts of meetings, where it has named any; likewise. */
  hosts?: string;
}

export interface TimeSpan {
  start: Timestamp;
  end: Timestamp;
}

/** The span of time in which a calendar's events are kept (docs/api-compatibility.md#what-is-synchronized), on whole seconds as Google cuts fractions. */
export interface SyncWindow extends TimeSpan {
  /**
   * Events that begin between `end` and here are known already, so that each appears when the window reaches it without
   * the window being listed again.
   */
  horizon: Timestamp;
}

const day = 86_400_000;

/** @param now milliseconds since the epoch */
export function syncWindowAt(now: number, { pastDays, futureDays }: WindowDays): SyncWindow {
  const second = Math.floor(now / 1000) * 1000;
  const end = second + Math.round(futureDays * day);
  return {
    start: timestampOf(second - Math.round(pastDays * day)),
    end: timestampOf(end),
    horizon: timestampOf(end + syncTimingMs.lookahead),
  };
}

/** When the end of the window passes the beginning of an event, to the second. */
export const entersWindowAt = (startTime: Timestamp, { futureDays }: WindowDays): Timestamp =>
  timestampOf(millisOf(startTime) - Math.round(futureDays * day) + 1000);

/** All that a listing asks for: the window, and what lies ahead of it. */
export const listedSpan = ({ start, horizon }: SyncWindow): TimeSpan => ({ start, end: horizon });

interface Timed {
  start_time: Timestamp;
  end_time: Timestamp;
}

/** Does the event overlap the window? Both bounds are exclusive, as they are in Google's timeMin and timeMax. */
export const overlaps = (event: Timed, window: TimeSpan): boolean =>
  event.end_time > window.start && event.start_time < window.end;

/** Is the event, now outside of the window, in what was looked at ahead of it? */
export const isAhead = (event: Timed, window: SyncWindow): boolean =>
  !overlaps(event, window) && overlaps(event, listedSpan(window));
