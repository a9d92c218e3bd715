import type { Calendar } from '../calendars/calendar.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { PushState } from './sync-state.ts';

/** `active`: changes are pushed. `polling`: they are not, by design. `failing`: they should be, and are not. */
export const pushStatuses = ['active', 'polling', 'failing'] as const;

/** Why the status is not `active`. */
export const pushReasons = [
  /** Access is lost: see the calendar's `connection_failure_data`. */
  'disconnected',
  /** No run has opened a channel yet. */
  'not_opened',
  /** The provider does not push for this calendar, or not to this address. */
  'not_supported',
  /** The provider refused to open or prolong the channel for now. */
  'refused',
  /** The channel has expired before another one could be opened. */
  'expired',
  /** Changes were found that the channel did not push. */
  'silent',
] as const;

export interface PushStatus {
  status: (typeof pushStatuses)[number];
  reason: (typeof pushReasons)[number] | null;
}

/** How changes reach a calendar, as its health shows it (docs/api-compatibility.md#freshness-health-and-the-change-feed). */
export function pushStatusOf({ state }: Pick<Calendar, 'state'>, push: PushState, now: Timestamp): PushStatus {
  const { channel, refusal } = push;
  if (state === 'disconnected') return { status: 'failing', reason: 'disconnected' };
  if (push.silent_since) return { status: 'failing', reason: 'silent' };
  if (channel.kind === 'live' && (channel.expires_at ?? now) >= now) return { status: 'active', reason: null };
  if (refusal?.unsupported_address !== undefined) return { status: 'polling', reason: 'not_supported' };
  if (refusal) return { status: 'failing', reason: 'refused' };
  return channel.kind === 'live'
    ? { status: 'failing', reason: 'expired' }
    : { status: 'polling', reason: 'not_opened' };
}
