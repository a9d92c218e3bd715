import type { ProviderChange } from '../events/calendar-event.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import type { ProviderError } from '../providers/provider-error.ts';
import { fetchRound, isOutOfTimeFault, type Round, type RoundOutcome, resumable } from './fetch-round.ts';
import { isLasting, judgeToken } from './judge-token.ts';
import { isListingDue } from './listing-due.ts';
import { isTime, type ReadingState, tryAgain, type Unfinished } from './reading-state.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import type { SyncWindow } from './sync-window.ts';

/** When reading began, and which window it reads. */
export interface ReadingSpan {
  startedAt: Timestamp;
  span: SyncWindow;
}

/** What came of reading, and what is to be remembered of it. */
export type Fetched = { reading: ReadingState } & (
  | {
      kind: 'read';
      set: ChangeSet /** With a listing, the changes of the delta beside it. */;
      delta: ProviderChange[] | null;
      about: ReadingSpan;
    }
  /** Nothing was read because of an error. */
  | { kind: 'failed'; fault: ProviderError }
  /** Another run goes on. */
  | { kind: 'unfinished' }
);

/**
 * Reads the changes since the sync token, and lists the window where that is due. A token that is not accepted any more, or
 * that does nothing but fail, is dropped, and the window is listed. Where listing with change tracking fails, too, the
 * plain view is read. What is longer than a run goes on in the next one.
 */
export async function fetchChanges(
  deps: SyncDeps,
  run: SyncRun,
  state: Pick<SyncState, 'sync_token' | 'listing' | 'reading'>,
  present: ReadingSpan,
): Promise<Fetched> {
  const { provider, request, window: days } = run;
  const now = deps.clock.now();
  const at = timestampOf(now);
  const { unfinished: former, ...known } = state.reading;
  let reading: ReadingState = known;
  let about = present;
  const { sync_token: token } = state;
  const isUsable = token?.shape === provider.syncShape;
  const again = isTime(reading.skipped_series, at) ? (reading.skipped_series?.ids ?? []) : [];
  const fetch = (kind: Round['kind'], resumed: Unfinished | null = null): Promise<RoundOutcome> =>
    fetchRound(deps, run, {
      ...about,
      kind,
      syncToken: kind === 'delta' && token ? token.value : null,
      again,
      resumed,
    });

  const noteListing = (isFailed: boolean): void => {
    const { failed_listing: before, ...rest } = reading;
    const failed_listing = tryAgain(before, now, syncTimingMs.longestListingRetry);
    reading = isFailed ? { ...rest, failed_listing } : rest;
  };
  /** @param code of the failure of change tracking; null when it works */
  const use = (set: ChangeSet, code: string | null, delta: ProviderChange[] | null = null): Fetched => {
    if (set.kind === 'listing') noteListing(false);
    const { delta_unavailable: before, ...rest } = reading;
    // A listing that ends without a token is as good as the plain view.
    const failure = code ?? (set.syncToken === null ? 'no_sync_token' : null);
    if (failure === null) return { kind: 'read', set, delta, about, reading: { ...rest, token_failures: 0 } };
    const next_try_at = before && !isTime(before, at) ? before.next_try_at : timestampOf(now + syncTimingMs.deltaRetry);
    const delta_unavailable = { since: before?.since ?? at, provider_code: failure, next_try_at };
    return { kind: 'read', set, delta, about, reading: { ...reading, delta_unavailable } };
  };
  /** Goes on in the next run, at once or as a retry, or fails. */
  const end = ({ fault, unfinished }: RoundOutcome & { fault: ProviderError }): Fetched => {
    if (!unfinished) return { kind: 'failed', fault, reading };
    const next = { ...reading, unfinished };
    return isOutOfTimeFault(fault) && unfinished.failures === 0
      ? { kind: 'unfinished', reading: next }
      : { kind: 'failed', fault, reading: next };
  };
  const viewPlainly = async (failed: RoundOutcome & { fault: ProviderError }): Promise<Fetched> => {
    if (!provider.hasPlainView) return end(failed);
    const view = await fetch('view');
    if (!view.fault) return use(view.set, failed.fault.providerCode);
    return view.unfinished ? end(view) : end(failed);
  };
  /** @param failures in a row of reading with change tracking */
  const list = async (failures: number): Promise<Fetched> => {
    const listing = await fetch('listing');
    if (!listing.fault) return use(listing.set, null);
    if (listing.unfinished || judgeToken(listing.fault) === 'access') return end(listing);
    reading = { ...reading, token_failures: failures };
    return isLasting(listing.fault, failures) ? viewPlainly(listing) : end(listing);
  };
  const resumed = resumable(former, run, now);
  if (resumed && (resumed.kind !== 'delta' || isUsable)) {
    about = { startedAt: resumed.started_at, span: resumed.span };
    const outcome = await fetch(resumed.kind, resumed);
    if (!outcome.fault) {
      return use(outcome.set, resumed.kind === 'view' ? (reading.delta_unavailable?.provider_code ?? 'view') : null);
    }
    if (outcome.unfinished) return end(outcome);
    if (judgeToken(outcome.fault) === 'access')
      return { kind: 'failed', fault: outcome.fault, reading: { ...reading, unfinished: resumed } };
    // Its link is dead: what it has read is dropped.
    if (resumed.kind === 'listing' && isUsable) noteListing(true);
    reading = { ...reading, token_failures: reading.token_failures + 1 };
    return end(outcome);
  }

  const unavailable = reading.delta_unavailable;
  if (unavailable && !isTime(unavailable, at)) {
    const view = await fetch(provider.hasPlainView ? 'view' : 'listing');
    return view.fault ? end(view) : use(view.set, view.set.syncToken === null ? unavailable.provider_code : null);
  }
  if (!token || !isUsable) return list(reading.token_failures + 1);

  // The listing first: whatever differs in it has happened by then, so the delta after it must report it.
  const isDue = isListingDue(state, request.trigger, { span: about.span, days, now });
  const listing = isDue ? await fetch('listing') : null;
  if (listing?.fault) {
    if (listing.unfinished || judgeToken(listing.fault) === 'access') return end(listing);
    // Deltas may work all the same.
    noteListing(true);
  }

  const delta = await fetch('delta');
  if (!delta.fault) {
    if (listing && !listing.fault) return use(listing.set, null, delta.set.changes);
    if (delta.set.timeZone === token.time_zone) return use(delta.set, null);
    // In another zone every all-day event begins at another instant, though no change reports it.
    return list(0);
  }
  if (listing && !listing.fault) return use(listing.set, null);
  const doubt = judgeToken(delta.fault);
  if (delta.unfinished || doubt === 'access') return end(delta);
  const failures = reading.token_failures + 1;
  reading = { ...reading, token_failures: failures };
  if (doubt !== 'dead' && !isLasting(delta.fault, failures)) return end(delta);
  if (listing) return isLasting(delta.fault, failures) ? viewPlainly(delta) : end(delta);
  return list(failures);
}
