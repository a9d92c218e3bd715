import { addressOf } from '../calendars/calendar.ts';
import { randomSuffix } from '../platform/ids.ts';
import { sign } from '../platform/signing.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { OvertakenRun } from './overtaken-run.ts';
import {
  applyLifecycle,
  channelPlace,
  channelTarget,
  isKnownChannel,
  planChannel,
  withOpened,
  withOpening,
  withoutLive,
  withRefusal,
} from './push-channel.ts';
import { saveState } from './save-state.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { LiveChannel, OpenedChannel, SyncState } from './sync-state.ts';

/**
 * Makes sure that the calendar has a live push channel before the run reads, so that later changes are pushed. A channel
 * near its end is prolonged or, where the provider cannot, replaced, and so is one of another address, or of another
 * mailbox than the one that the calendar was found in meanwhile: the id of the successor is stored before the
 * provider is asked to open it, and the old channel is stopped once the new one is live.
 *
 * A failure to open one does not stop the sync, whatever the provider says: the calendar is read and polled meanwhile.
 *
 * @param aheadMs renews a channel that would be due within that time, too
 */
export async function ensureChannel(deps: SyncDeps, run: SyncRun, before: SyncState, aheadMs = 0): Promise<SyncState> {
  const now = deps.clock.now();
  const address = `${deps.publicUrl}/push/${run.calendar.platform}`;
  const place = channelPlace(address, addressOf(run.calendar));
  const target = channelTarget(deps.signingSecret, place);
  const plan = planChannel(
    before.push,
    { place, target },
    { now: timestampOf(now), trigger: run.request.trigger, freshUntil: timestampOf(now + aheadMs) },
  );
  if (plan.kind === 'keep') return before;
  let state = before;
  try {
    const isOver = ({ expires_at: end }: OpenedChannel): boolean => end !== undefined && end <= timestampOf(now);
    let live = plan.kind === 'renew' ? await prolong(run, plan.channel) : null;
    if (!live || isOver(live)) {
      const id = `${run.calendar.id}-${randomSuffix()}`;
      state = await saveState(deps, run, { ...state, push: withOpening(state.push, id) });
      live = await open(deps, run, id, address);
    }
    if (isOver(live)) throw expiredAtBirth();
    // Stored at once: if the run dies from here on, the channel is not unknown.
    const push = withOpened(state.push, live, target, deps.clock.now());
    state = await saveOpened(deps, run, { ...state, push }, live);
    const former = before.push.channel;
    if (former.kind !== 'live' || former.id === live.id) return state;
    return (await stopChannel(deps, run, state, former)).state;
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.logger.warn('no push channel', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    const former = before.push.channel;
    // A channel of another address or mailbox pushes nothing that arrives: the calendar is polled meanwhile, and shown so.
    const isUseless = former.kind === 'live' && former.target !== target;
    const stopped = isUseless ? (await stopChannel(deps, run, state, former)).state : state;
    const push = withRefusal(stopped.push, error, place, deps.clock.now());
    return { ...stopped, push: isUseless ? withoutLive(push) : push };
  }
}

/** The calendar may have been deleted or changed meanwhile: a channel that cannot be stored is stopped. */
async function saveOpened(deps: SyncDeps, run: SyncRun, state: SyncState, opened: OpenedChannel): Promise<SyncState> {
  try {
    return await saveState(deps, run, state);
  } catch (error) {
    if (error instanceof OvertakenRun) await stopChannel(deps, run, state, opened);
    throw error;
  }
}

/** A channel that has ended when it is opened counts as refused. Otherwise every run would open another. */
const expiredAtBirth = (): ProviderError =>
  new ProviderError(
    { kind: 'retry', error: 'answer_unreadable' },
    'expired_channel',
    'the channel has expired already',
  );

const prolong = async ({ provider, tokens }: SyncRun, channel: LiveChannel): Promise<OpenedChannel | null> =>
  provider.renewChannel ? tokens.use(async (token) => (await provider.renewChannel?.(token, channel)) ?? null) : null;

const open = (deps: SyncDeps, run: SyncRun, id: string, address: string): Promise<OpenedChannel> =>
  run.tokens.use((token) =>
    run.provider.openChannel(token, {
      calendar: addressOf(run.calendar),
      channelId: id,
      secret: sign(deps.signingSecret, 'push-channel', id),
      address,
    }),
  );

/**
 * Applies what the message itself says about a channel. A notification of a known channel proves that pushes arrive. A
 * notification that verifies and is of an unknown channel comes from a channel whose run died after opening it, or that
 * could not be stopped: it is stopped now.
 */
export async function applyPush(deps: SyncDeps, run: SyncRun, state: SyncState): Promise<SyncState> {
  const { channel: notified, lifecycle, sentAt } = run.request;
  const push = applyLifecycle(state.push, lifecycle);
  if (!notified) return { ...state, push };
  if (!isKnownChannel(push, notified.id)) return (await stopChannel(deps, run, { ...state, push }, notified)).state;
  return { ...state, push: { ...push, last_notification_at: timestampOf(sentAt), silent_since: undefined } };
}

/** Replaces a channel that did not push changes. It is not prolonged. */
export async function replaceSilentChannel(deps: SyncDeps, run: SyncRun, state: SyncState): Promise<SyncState> {
  deps.logger.warn('push channel is silent', { calendar_id: run.calendar.id });
  const { channel } = state.push;
  const stopped = channel.kind === 'live' ? (await stopChannel(deps, run, state, channel)).state : state;
  return ensureChannel(deps, run, { ...stopped, push: withoutLive(stopped.push) });
}

/**
 * Stops a channel. One that could not be stopped ends by itself, or is stopped when another notification comes through
 * it.
 *
 * @returns `isRetryable`: another try may succeed
 */
export async function stopChannel(
  deps: Pick<SyncDeps, 'logger'>,
  run: SyncRun,
  state: SyncState,
  channel: OpenedChannel,
): Promise<{ state: SyncState; isRetryable: boolean }> {
  try {
    await run.tokens.use((token) => run.provider.closeChannel(token, channel));
    return { state: { ...state, push: { ...state.push, stopped_channel_id: channel.id } }, isRetryable: false };
  } catch (error) {
    if (!(error instanceof ProviderError)) throw error;
    deps.logger.warn('push channel not stopped', { calendar_id: run.calendar.id, provider_code: error.providerCode });
    return { state, isRetryable: ['retry', 'quota'].includes(error.verdict.kind) };
  }
}
