import { type Timestamp, timestampOf } from './timestamp.ts';

/** The span of time in which a calendar's events are kept (contract A3), on whole seconds as Google cuts fractions. */
export interface SyncWindow {
  start: Timestamp;
  end: Timestamp;
}

const day = 86_400_000;

/** @param now milliseconds since the epoch */
export function syncWindowAt(
  now: number,
  { pastDays, futureDays }: { pastDays: number; futureDays: number },
): SyncWindow {
  const second = Math.floor(now / 1000) * 1000;
  return { start: timestampOf(second - pastDays * day), end: timestampOf(second + futureDays * day) };
}

/** Does the event overlap the window? Both bounds are exclusive, as they are in Google's timeMin and timeMax. */
export const overlaps = (event: { start_time: Timestamp; end_time: Timestamp }, window: SyncWindow): boolean =>
  event.end_time > window.start && event.start_time < window.end;
