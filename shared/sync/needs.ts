import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { isListingDue, windowOf } from './listing-due.ts';
import { isOfUnknownChannel, isPushed } from './push-channel.ts';
import type { SyncDeps, SyncRequest, SyncRun } from './sync-run.ts';
import type { LoadedCalendar } from './sync-store.ts';
import { syncWindowAt } from './sync-window.ts';

/** How far clocks of senders and workers may be apart. */
const clockSkewMs = 200;

/**
 * Has the message been served already? What was sent before the last successful sync began to read is in what that sync
 * read. A disconnected calendar waits for a new token: pushes that still come for it cost no provider call.
 */
export function isNeedless({ calendar, sync }: LoadedCalendar, request: SyncRequest, now: Timestamp): boolean {
  const { trigger, channel, sentAt } = request;
  if (calendar.state === 'disconnected') {
    // Only a PATCH sets the timer of a disconnected calendar.
    if (trigger === 'push' || trigger === 'lifecycle' || (trigger === 'schedule' && !sync.due_at)) return true;
  }
  const isUnasked = trigger === 'push' || trigger === 'schedule';
  if (isUnasked && sync.not_before !== undefined && sync.not_before > now) return true;
  // What a provider says of a channel is served by no reading of events, nor what a push proves of its channel.
  if (trigger === 'lifecycle' || (channel && isNews(sync, channel.id))) return false;
  return sync.last_served_at !== undefined && sentAt + clockSkewMs < millisOf(sync.last_served_at);
}

const isNews = (sync: LoadedCalendar['sync'], channelId: string): boolean =>
  sync.push_failing_since !== undefined || isOfUnknownChannel(sync, channelId);

/** Has the window come to an event that was stored ahead of it? */
export const isReached = ({ clock }: Pick<SyncDeps, 'clock'>, { sync }: SyncRun): boolean =>
  sync.reveal_at !== undefined && sync.reveal_at <= timestampOf(clock.now());

/** Is there nothing to ask the provider? A calendar in good order was only woken to show what the window has reached. */
export function isAboutRevealsAlone(deps: SyncDeps, run: SyncRun): boolean {
  const { calendar, sync, request } = run;
  const now = timestampOf(deps.clock.now());
  const isInOrder =
    calendar.state === 'connected' &&
    sync.last_attempted_sync_at === sync.last_successful_sync_at &&
    calendar.updated_at <= (sync.last_served_at ?? '') &&
    isPushed(sync, now) &&
    sync.push_failing_since === undefined &&
    (sync.channel?.renew_at ?? '') > now;
  const window = syncWindowAt(deps.clock.now(), windowOf(deps, calendar));
  return request.trigger === 'schedule' && isInOrder && isReached(deps, run) && !isListingDue(deps, run, window);
}
