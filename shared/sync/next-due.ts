import type { SyncState } from '../calendars/calendar.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { nextListingAt } from './listing-due.ts';
import { isPushed } from './push-channel.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** Calendars that nobody pushes for, or not reliably, are looked at this often. */
const pollIntervalMs = 5 * 60_000;

/**
 * When the calendar wants to be looked at next: for a listing, a channel to renew, an event that the window reaches, or a
 * poll where nobody pushes.
 */
export function nextDue(
  { clock }: Pick<SyncDeps, 'clock'>,
  { calendar, sync }: SyncRun,
  learnt: Partial<SyncState>,
): Timestamp {
  const next = { ...sync, ...learnt };
  const now = timestampOf(clock.now());
  const poll = timestampOf(clock.now() + pollIntervalMs);
  const isReliable = isPushed(next, now) && next.push_failing_since === undefined;
  const renewal = next.channel?.renew_at ?? poll;
  const times = [
    nextListingAt(calendar.id, next.last_listed_at ?? now),
    ...(isReliable ? [renewal > poll ? renewal : poll] : [poll]),
    ...(next.reveal_at ? [next.reveal_at] : []),
  ];
  return times.sort()[0] as Timestamp;
}
