import type { CalendarAddress } from '../calendars/calendar.ts';
import { sign } from '../platform/signing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import type { SyncMessage } from './sync-message.ts';
import type { Channel, LiveChannel, OpenedChannel, PushState } from './sync-state.ts';

/** Does a channel exist through which the provider has promised to push? */
export const isPushed = ({ channel }: PushState, now: Timestamp): boolean =>
  channel.kind === 'live' && (channel.expires_at === undefined || channel.expires_at > now);

/** Is a channel the calendar's live one, one that is being opened, or the one that was stopped last? */
export function isKnownChannel({ channel, stopped_channel_id }: PushState, id: string): boolean {
  const ids = {
    none: () => [],
    opening: () => [channel.kind === 'opening' && channel.id],
    live: () => (channel.kind === 'live' ? [channel.id, channel.successor_id] : []),
  }[channel.kind]();
  return id === stopped_channel_id || ids.includes(id);
}

/** Where a channel pushes to, and from which mailbox: a calendar is watched in the mailbox in which it is read. */
export const channelPlace = (address: string, { mailbox }: CalendarAddress): string =>
  mailbox === null ? address : `${address} ${mailbox}`;

/** Fingerprint of the place and secret of a channel. */
export const channelTarget = (signingSecret: string, place: string): string =>
  sign(signingSecret, 'push-channel', place).slice(0, 16);

/** `open`: opens a channel, which replaces the live one. `renew`: the same where the provider cannot prolong it. */
export type ChannelPlan = { kind: 'keep' } | { kind: 'open' } | { kind: 'renew'; channel: LiveChannel };

/** No person waits for the result of such a message. */
export const isUnrequested = (trigger: SyncMessage['trigger']): boolean =>
  trigger === 'push' || trigger === 'schedule' || trigger === 'look' || trigger === 'hand_off';

/**
 * Decides whether the calendar needs another channel, or a longer one. After a failure a message from outside tries at
 * once, while pushes and timers wait for `retry_at`.
 *
 * @param at the present, the run's trigger, and the time until which the channel must not be due for renewal
 */
export function planChannel(
  { channel, refusal }: PushState,
  { place, target }: { place: string; target: string },
  at: { now: Timestamp; trigger: SyncMessage['trigger']; freshUntil: Timestamp },
): ChannelPlan {
  const own = channel.kind === 'live' && channel.target === target ? channel : null;
  const isFresh = own?.renew_at !== undefined && own.renew_at > at.freshUntil;
  const isRequested = !isUnrequested(at.trigger);
  const mustWait = refusal !== undefined && refusal.retry_at > at.now && !isRequested;
  if (refusal?.unsupported_address === place || isFresh || mustWait) return { kind: 'keep' };
  // What has expired cannot be prolonged, whatever the provider says when it is asked to.
  const isOver = own?.expires_at !== undefined && own.expires_at <= at.now;
  return own && !isOver ? { kind: 'renew', channel: own } : { kind: 'open' };
}

/** A channel is about to be opened. */
export const withOpening = (push: PushState, id: string): PushState => ({
  ...push,
  channel: push.channel.kind === 'live' ? { ...push.channel, successor_id: id } : { kind: 'opening', id },
});

/** The provider has opened or prolonged a channel. @param now milliseconds since the epoch */
export const withOpened = (push: PushState, opened: OpenedChannel, target: string, now: number): PushState => ({
  ...push,
  channel: { ...opened, kind: 'live', target, renew_at: renewAt(now, opened) },
  refusal: undefined,
});

/** A channel is renewed a day before it expires, or after four fifths of a shorter life. */
function renewAt(now: number, { expires_at: expiresAt }: OpenedChannel): Timestamp {
  const lifetime = expiresAt ? millisOf(expiresAt) - now : 0;
  return timestampOf(
    Math.floor(now + Math.max(0, lifetime - Math.min(syncTimingMs.channelRenewalMargin, lifetime / 5))),
  );
}

/** No channel could be opened or prolonged. @param now milliseconds since the epoch */
export function withRefusal(push: PushState, error: ProviderError, place: string, now: number): PushState {
  const failures = push.refusal?.count ?? 0;
  const delay = Math.min(syncTimingMs.firstChannelRetry * 2 ** failures, syncTimingMs.longestChannelRetry);
  const unsupported = error.verdict.kind === 'push_unsupported' ? place : push.refusal?.unsupported_address;
  return {
    ...push,
    channel: withoutOpening(push.channel),
    refusal: {
      code: error.providerCode,
      count: failures + 1,
      retry_at: timestampOf(now + delay),
      unsupported_address: unsupported,
    },
  };
}

function withoutOpening(channel: Channel): Channel {
  if (channel.kind !== 'live') return { kind: 'none' };
  const { successor_id: _opening, ...live } = channel;
  return live;
}

/** The live channel is gone; one that is being opened stays. */
export const withoutLive = (push: PushState): PushState => {
  if (push.channel.kind !== 'live') return push;
  const { successor_id: id } = push.channel;
  return { ...push, channel: id === undefined ? { kind: 'none' } : { kind: 'opening', id } };
};

/** The next run renews the live channel. */
export function withRenewalDue(push: PushState): PushState {
  if (push.channel.kind !== 'live') return push;
  const { renew_at: _renewAt, ...channel } = push.channel;
  return { ...push, channel };
}

/** Applies a lifecycle notification of Graph. One about a channel other than the live one changes nothing. */
export function applyLifecycle(push: PushState, lifecycle: SyncMessage['lifecycle']): PushState {
  const { channel } = push;
  if (!lifecycle || channel.kind !== 'live' || channel.resource_id !== lifecycle.subscription_id) return push;
  if (lifecycle.event === 'subscriptionRemoved') return withoutLive(push);
  return lifecycle.event === 'reauthorizationRequired' ? withRenewalDue(push) : push;
}
