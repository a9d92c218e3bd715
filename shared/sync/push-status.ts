import type { Calendar, SyncState } from '../calendars/calendar.ts';
import type { Timestamp } from '../platform/timestamp.ts';

/** `active`: changes are pushed. `polling`: nobody pushes here, by design. `failing`: somebody should, and does not. */
export const pushStatuses = ['active', 'polling', 'failing'] as const;

/** Why the status is not `active`. */
export const pushReasons = [
  /** Access is lost: see the calendar's `connection_failure_data`. */
  'disconnected',
  /** No run has come so far as to open a channel. */
  'not_opened',
  /** The provider does not push for this calendar, or not to this address. */
  'not_supported',
  /** The provider refused to open or prolong the channel for now. */
  'refused',
  /** The channel has ended before another one could be opened. */
  'expired',
  /** Changes were found that the channel had kept silent about. */
  'silent',
] as const;

export interface PushStatus {
  status: (typeof pushStatuses)[number];
  reason: (typeof pushReasons)[number] | null;
}

/** How notifications reach a calendar, as its health says it (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export function pushStatusOf({ state }: Pick<Calendar, 'state'>, sync: SyncState, now: Timestamp): PushStatus {
  const { channel, channel_failure: failure } = sync;
  if (state === 'disconnected') return { status: 'failing', reason: 'disconnected' };
  if (sync.push_failing_since) return { status: 'failing', reason: 'silent' };
  const isLive = channel?.resource_id !== undefined && (channel.expires_at ?? now) >= now;
  if (isLive) return { status: 'active', reason: null };
  if (sync.push_refused_for) return { status: 'polling', reason: 'not_supported' };
  if (failure) return { status: 'failing', reason: 'refused' };
  if (channel?.resource_id) return { status: 'failing', reason: 'expired' };
  return { status: 'polling', reason: 'not_opened' };
}
