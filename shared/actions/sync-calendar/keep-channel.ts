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
 * Sees to it that the calendar has a live push channel, before the run reads: what changes from then on is pushed. The
 * channel's row is stored before the provider is asked; the old channel is stopped once the new one is live.
 *
 * A failure to open one never stops the sync: the calendar is polled meanwhile.
 *
 * @throws ProviderError only for a loss of access or a refused token, which the read would meet as well
 */
export async function keepChannel(deps: SyncDeps, run: SyncRun): Promise<void> {
  const now = timestampOf(deps.clock.now());
  const { channel, push_refused_for: refused } = run.sync;
  const address = `${deps.publicUrl}/push/${run.calendar.platform}`;
  if (refused === address || (channel?.renew_at !== undefined && channel.renew_at > now)) return;

  const opening: Channel = { id: `${run.calendar.id}-${randomSuffix()}` };
  run.sync = await saveSyncState(deps.table, run.calendar.id, { ...run.sync, opening_channel: opening });
  try {
    const opened = await withAccessToken(deps, run, (token) =>
      run.provider.openChannel(token, {
        calendarUuid: run.calendar.platform_uuid,
        channelId: opening.id,
        secret: sign(deps.signingSecret, 'google-channel', opening.id),
        address,
      }),
    );
    run.sync = {
      ...run.sync,
      channel: { ...opened, renew_at: renewAt(deps.clock.now(), opened) },
      opening_channel: undefined,
      push_refused_for: undefined,
    };
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
  if (channel?.resource_id) await stopChannel(deps, run, channel);
}

/** Stops a channel as well as can be; one that stays on ends by itself, and its pushes do no harm. */
export async function stopChannel(deps: SyncDeps, run: SyncRun, channel: Channel): Promise<void> {
  try {
    await withAccessToken(deps, run, (token) => run.provider.closeChannel(token, channel));
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.logger.warn('push channel not stopped', { calendar_id: run.calendar.id, provider_code: error.providerCode });
  }
}

function renewAt(now: number, { expires_at }: Channel) {
  const lifetime = expires_at ? millisOf(expires_at) - now : 0;
  return timestampOf(now + Math.max(0, lifetime - Math.min(renewalMarginMs, lifetime / 5)));
}
