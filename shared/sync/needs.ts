import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { lookTimingMs, syncTimingMs } from '../platform/timing.ts';
import { isListingDue } from './listing-due.ts';
import { isLookDue } from './looks.ts';
import { isKnownChannel, isPushed, isUnrequested } from './push-channel.ts';
import { readingDueAt } from './reading-state.ts';
import type { SyncRequest, SyncRun } from './sync-run.ts';
import type { PushState, SyncState } from './sync-state.ts';
import type { LoadedCalendar } from './sync-store.ts';
import { syncWindowAt } from './sync-window.ts';

/**
 * Is the message served already? Changes that happened before it was sent are in what the last successful run read, if
 * that run began to read later. A message of pushes stands for every push of its bucket: the end of the bucket counts.
 * A message of a PATCH is served once a successful run has worked with the calendar as it is now.
 *
 * A disconnected calendar waits for another token, or for its daily try: pushes for it cost no provider call.
 */
export function isNeedless(
  { calendar, sync }: Pick<LoadedCalendar, 'calendar' | 'sync'>,
  request: Pick<SyncRequest, 'trigger' | 'channel' | 'sentAt' | 'bucket_ends_at'>,
  now: Timestamp,
): boolean {
  const { trigger, channel, sentAt, bucket_ends_at: lastSentAt = sentAt } = request;
  if (calendar.state === 'disconnected') {
    // Its timer is set for the daily try, and by a PATCH.
    const isTimer = trigger === 'schedule' && sync.due_at !== undefined;
    if (trigger === 'lifecycle' || (isUnrequested(trigger) && !isTimer)) return true;
  }
  if (isUnrequested(trigger) && sync.not_before !== undefined && sync.not_before > now) return true;
  // A reading of events does not serve what a notification says about its channel.
  if (trigger === 'lifecycle' || (channel && isNews(sync.push, channel.id))) return false;
  if (trigger === 'look') return !isLookDue(sync.looks, millisOf(now));
  if (trigger === 'hand_off')
    return (sync.last_served_at ?? '') > timestampOf(millisOf(now) - lookTimingMs.handOffFresh);
  if (trigger === 'patch') return sync.worked_version === calendar.updated_at;
  return sync.last_served_at !== undefined && lastSentAt + syncTimingMs.clockSkew < millisOf(sync.last_served_at);
}

const isNews = (push: PushState, channelId: string): boolean =>
  push.silent_since !== undefined || !isKnownChannel(push, channelId);

/** Has the window reached a prefetched event? */
export const isLookaheadDue = (
  { lookahead_due_at: dueAt }: Pick<SyncState, 'lookahead_due_at'>,
  now: Timestamp,
): boolean => dueAt !== undefined && dueAt <= now;

/**
 * Does the run only have to create prefetched events that the window has reached? Then the provider is not asked: the
 * calendar is in order, its channel is live, and no listing is due.
 *
 * @param now milliseconds since the epoch
 */
export function needsLookaheadOnly(
  { calendar, request, window: days }: Pick<SyncRun, 'calendar' | 'request' | 'window'>,
  sync: SyncState,
  now: number,
): boolean {
  const at = timestampOf(now);
  const { channel, silent_since: silentSince } = sync.push;
  const isInOrder =
    calendar.state === 'connected' &&
    sync.last_attempted_sync_at === sync.last_successful_sync_at &&
    sync.worked_version === calendar.updated_at &&
    isPushed(sync.push, at) &&
    silentSince === undefined &&
    (readingDueAt(sync.reading) ?? '~') > at &&
    !isLookDue(sync.looks, now) &&
    channel.kind === 'live' &&
    (channel.renew_at ?? '') > at;
  const span = syncWindowAt(now, days);
  return (
    request.trigger === 'schedule' &&
    isInOrder &&
    isLookaheadDue(sync, at) &&
    !isListingDue(sync, request.trigger, { span, days, now })
  );
}
