import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { nextListingAt } from './listing-due.ts';
import { isPushed } from './push-channel.ts';
import { readingDueAt } from './reading-state.ts';
import type { SyncState } from './sync-state.ts';

/**
 * When the calendar's timer is due: at the next listing, the renewal of its channel, the next prefetched event, what a
 * reading has left open, the next look for a push, or the next poll where changes are not pushed reliably.
 *
 * @param now milliseconds since the epoch
 */
export function nextDue(
  calendarId: string,
  {
    push,
    listing,
    lookahead_due_at: lookaheadAt,
    reading,
    looks,
  }: Pick<SyncState, 'push' | 'listing' | 'lookahead_due_at' | 'reading' | 'looks'>,
  now: number,
): Timestamp {
  const at = timestampOf(now);
  const poll = timestampOf(now + syncTimingMs.pollInterval);
  const isReliable = isPushed(push, at) && push.silent_since === undefined;
  const renewal = (push.channel.kind === 'live' && push.channel.renew_at) || poll;
  const readingAt = readingDueAt(reading);
  const times = [
    nextListingAt(calendarId, listing?.at ?? at),
    isReliable && renewal > poll ? renewal : poll,
    ...(lookaheadAt ? [lookaheadAt] : []),
    ...(readingAt ? [readingAt] : []),
    ...(looks.next_at ? [looks.next_at] : []),
  ];
  return times.sort()[0] as Timestamp;
}
