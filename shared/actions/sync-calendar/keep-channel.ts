import type { Channel } from '../../domain/calendar.ts';
import { randomSuffix } from '../../domain/identifiers.ts';
import { millisOf, timestampOf } from '../../domain/timestamp.ts';
import { sign } from '../../platform/signing.ts';
import { ProviderError } from '../../providers/provider-error.ts';
import { saveSyncState } from '../../store/sync-store.ts';
import { withAccessToken } from './access-token.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';

/** A successor is opened a day before the end, or after four fifths of a shorter life. */
const renewalMarginMs = 86_400_000;

/**
 * Sees to it that the calendar has a live push channel, before the run reads: what changes from then on is pushed. A
 * channel near its end is prolonged or, where the provider cannot, replaced: the successor is stored before the provider
 * is asked to open it, and the old one stopped once the new one is live.
 *
 * A failure to open one never stops the sync: the calendar is polled meanwhile.
 *
 * @throws ProviderError only for a loss of access, which the read would meet as well
 */
export async function keepChannel(deps: SyncDeps, run: SyncRun): Promise<void> {
  const now = timestampOf(deps.clock.now());
  const { channel, push_refused_for: refused } = run.sync;
  const address = `${deps.publicUrl}/push/${run.calendar.platform}`;
  const target = sign(deps.signingSecret, 'push-channel', address).slice(0, 16);
  const isOurs = channel?.target === target;
  if (refused === address || (isOurs && channel.renew_at !== undefined && channel.renew_at > now)) return;
  try {
    const renewed = isOurs && channel.resource_id ? await renewChannel(deps, run, channel) : null;
    const live = renewed ?? (await openChannel(deps, run, address));
    // At once: a run that dies from here on must not leave a channel behind that nobody knows.
    run.sync = await saveSyncState(deps.table, run.calendar.id, {
      ...run.sync,
      channel: { ...live, target, renew_at: renewAt(deps.clock.now(), live) },
      opening_channel: undefined,
      push_refused_for: undefined,
    });
  } catch (error) {
    if (!(error instanceof ProviderError) || error.verdict.kind === 'disconnect') throw error;
    deps.logger.warn('no push channel', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    run.sync = {
      ...run.sync,
      opening_channel: undefined,
      ...(error.verdict.kind === 'push_unsupported' && { push_refused_for: address }),
    };
    return;
  }
  if (channel?.resource_id && channel.id !== run.sync.channel?.id) await stopChannel(deps, run, channel);
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
 * Stops a channel as well as can be; one that stays on ends by itself, and its pushes do no harm.
 *
 * @returns whether it is worth another try
 */
export async function stopChannel(deps: SyncDeps, run: SyncRun, channel: Channel): Promise<boolean> {
  try {
    await withAccessToken(deps, run, (token) => run.provider.closeChannel(token, channel));
    return false;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.logger.warn('push channel not stopped', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    return error.verdict.kind === 'retry';
  }
}

function renewAt(now: number, { expires_at }: Channel) {
  const lifetime = expires_at ? millisOf(expires_at) - now : 0;
  return timestampOf(now + Math.max(0, lifetime - Math.min(renewalMarginMs, lifetime / 5)));
}
