import type { Channel, SyncState } from '../calendars/calendar.ts';
import { randomSuffix } from '../platform/ids.ts';
import { sign } from '../platform/signing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { withAccessToken } from './access-token.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { saveSyncState } from './sync-store.ts';

/** A successor is opened a day before the end, or after four fifths of a shorter life. */
const renewalMarginMs = 86_400_000;

/** After a failure the next attempt waits this long, twice as long after each further one, and never longer than that. */
const retryMs = { first: 5 * 60_000, longest: 6 * 3_600_000 };

/**
 * Sees to it that the calendar has a live push channel, before the run reads: what changes from then on is pushed. A
 * channel near its end is prolonged or, where the provider cannot, replaced: the successor is stored before the provider
 * is asked to open it, and the old one stopped once the new one is live.
 *
 * A failure to open one never stops the sync: the calendar is polled meanwhile.
 *
 * @param aheadMs renews what would be due within that time, too, as the calendar is awake already
 * @throws ProviderError only for a loss of access, which the read would meet as well
 */
export async function keepChannel(deps: SyncDeps, run: SyncRun, aheadMs = 0): Promise<void> {
  const now = timestampOf(deps.clock.now());
  const { channel, push_refused_for: refused, channel_failure: failure } = run.sync;
  const address = `${deps.publicUrl}/push/${run.calendar.platform}`;
  const target = sign(deps.signingSecret, 'push-channel', address).slice(0, 16);
  const isOurs = channel?.target === target;
  const isFresh =
    isOurs && channel.renew_at !== undefined && channel.renew_at > timestampOf(deps.clock.now() + aheadMs);
  const isAsked = run.request.trigger !== 'push' && run.request.trigger !== 'schedule';
  const mustWait = failure !== undefined && failure.retry_at > now && !isAsked;
  if (refused === address || isFresh || mustWait) return;
  try {
    const renewed = isOurs && channel.resource_id ? await renewChannel(deps, run, channel) : null;
    const live = renewed ?? (await openChannel(deps, run, address));
    // At once: a run that dies from here on must not leave a channel behind that nobody knows.
    run.sync = await saveSyncState(deps.table, run.calendar.id, {
      ...run.sync,
      channel: { ...live, target, renew_at: renewAt(deps.clock.now(), live) },
      opening_channel: undefined,
      push_refused_for: undefined,
      channel_failure: undefined,
    });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.verdict.kind === 'disconnect') throw error;
    deps.logger.warn('no push channel', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    run.sync = { ...run.sync, ...afterFailure(deps, error, failure?.count ?? 0, address) };
    return;
  }
  if (channel?.resource_id && channel.id !== run.sync.channel?.id) await stopChannel(deps, run, channel);
}

function afterFailure(
  { clock }: SyncDeps,
  error: ProviderError,
  failures: number,
  address: string,
): Partial<SyncState> {
  const delay = Math.min(retryMs.first * 2 ** failures, retryMs.longest);
  return {
    opening_channel: undefined,
    channel_failure: {
      code: error.providerCode,
      count: failures + 1,
      retry_at: timestampOf(clock.now() + delay),
    },
    ...(error.verdict.kind === 'push_unsupported' && { push_refused_for: address }),
  };
}

async function renewChannel(deps: SyncDeps, run: SyncRun, channel: Channel): Promise<Channel | null> {
  if (!run.provider.renewChannel) return null;
  return withAccessToken(deps, run, async (token) => (await run.provider.renewChannel?.(token, channel)) ?? null);
}

async function openChannel(deps: SyncDeps, run: SyncRun, address: string): Promise<Channel> {
  const opening: Channel = { id: `${run.calendar.id}-${randomSuffix()}` };
  run.sync = await saveSyncState(deps.table, run.calendar.id, { ...run.sync, opening_channel: opening });
  return withAccessToken(deps, run, (token) =>
    run.provider.openChannel(token, {
      calendarUuid: run.calendar.platform_uuid,
      channelId: opening.id,
      secret: sign(deps.signingSecret, 'push-channel', opening.id),
      address,
    }),
  );
}

/** Is there a channel that the provider has promised to push through? */
export const isPushed = ({ channel }: SyncState, now: Timestamp): boolean =>
  channel?.resource_id !== undefined && (channel.expires_at === undefined || channel.expires_at > now);

/**
 * What a notification says of its channel. One of the present channel, or of the one stopped last, proves that pushes
 * come through. One that verifies and is of no channel we know is of a run that died after opening it, or of one that
 * could not be stopped: it is stopped now.
 */
export async function heedNotification(deps: SyncDeps, run: SyncRun): Promise<void> {
  const { channel: announced, sentAt } = run.request;
  if (!announced) return;
  if (isOfUnknownChannel(run.sync, announced.id)) await stopChannel(deps, run, announced);
  else run.sync = { ...run.sync, last_notification_at: timestampOf(sentAt), push_failing_since: undefined };
}

/** Is the notification of a channel that this calendar does not know? */
export const isOfUnknownChannel = ({ channel, opening_channel, stopped_channel }: SyncState, id: string): boolean =>
  ![channel?.id, opening_channel?.id, stopped_channel].includes(id);

/** What the provider itself says of a channel (Graph's lifecycle notifications); about another than ours it means nothing. */
export function heedLifecycle(run: SyncRun): void {
  const { channel } = run.sync;
  const { lifecycle } = run.request;
  if (!channel || !lifecycle || channel.resource_id !== lifecycle.subscription_id) return;
  if (lifecycle.event === 'subscriptionRemoved') run.sync = { ...run.sync, channel: undefined };
  if (lifecycle.event === 'reauthorizationRequired') {
    const { renew_at: _renewAt, ...due } = channel;
    run.sync = { ...run.sync, channel: due };
  }
}

/**
 * The channel has kept silent about changes: it is replaced, not prolonged, and the calendar polled until a notification
 * comes through, or a day has passed without another silence.
 */
export async function replaceSilentChannel(deps: SyncDeps, run: SyncRun): Promise<void> {
  const { channel } = run.sync;
  deps.logger.warn('push channel is silent', { calendar_id: run.calendar.id });
  if (channel?.resource_id) await stopChannel(deps, run, channel);
  run.sync = { ...run.sync, channel: undefined };
  await keepChannel(deps, run);
}

/**
 * Stops a channel as well as can be; one that stays on ends by itself, or is stopped when it announces itself again.
 *
 * @returns whether it is worth another try
 */
export async function stopChannel(deps: SyncDeps, run: SyncRun, channel: Channel): Promise<boolean> {
  try {
    await withAccessToken(deps, run, (token) => run.provider.closeChannel(token, channel));
    run.sync = { ...run.sync, stopped_channel: channel.id };
    return false;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.logger.warn('push channel not stopped', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    return error.verdict.kind === 'retry';
  }
}

function renewAt(now: number, { expires_at }: Channel) {
  const lifetime = expires_at ? millisOf(expires_at) - now : 0;
  return timestampOf(now + Math.max(0, lifetime - Math.min(renewalMarginMs, Math.ceil(lifetime / 5))));
}
