import type { ProviderChange } from '../events/calendar-event.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { fetchRound } from './fetch-round.ts';
import { isLasting, judgeToken } from './judge-token.ts';
import { isListingDue } from './listing-due.ts';
import { isTime, type ReadingState, tryAgain } from './reading-state.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import type { SyncWindow } from './sync-window.ts';

/** What was read, or the error because of which nothing was; and what is to be remembered of it. */
export type Fetched = { reading: ReadingState } & (
  | {
      fault: null;
      set: ChangeSet /** With a listing, the changes of the delta beside it. */;
      delta: ProviderChange[] | null;
    }
  | { fault: ProviderError }
);

/**
 * Reads the changes since the sync token, and lists the window where that is due. A token that is not accepted any more, or
 * that does nothing but fail, is dropped, and the window is listed. Where listing with change tracking fails, too, the
 * plain view is read.
 */
export async function fetchChanges(
  { clock }: Pick<SyncDeps, 'clock'>,
  run: SyncRun,
  state: Pick<SyncState, 'sync_token' | 'listing' | 'reading'>,
  span: SyncWindow,
): Promise<Fetched> {
  const { provider, request, window: days } = run;
  const now = clock.now();
  const at = timestampOf(now);
  let reading = state.reading;
  const again = isTime(reading.skipped_series, at) ? (reading.skipped_series?.ids ?? []) : [];
  const fetch = (syncToken: string | null, isPlain = false): Promise<ChangeSet | ProviderError> =>
    orFault(fetchRound(run, { syncToken, isPlain, span, again }));

  const use = (set: ChangeSet, delta: ProviderChange[] | null = null): Fetched => {
    const { delta_unavailable: _former, ...rest } = { ...reading, token_failures: 0 };
    // A listing that ends without a token is as good as the plain view.
    if (set.syncToken === null) return { fault: null, set, delta, reading: withoutDelta(rest, 'no_sync_token') };
    return { fault: null, set, delta, reading: rest };
  };
  const withoutDelta = (before: ReadingState, provider_code: string): ReadingState => ({
    ...before,
    delta_unavailable: {
      since: reading.delta_unavailable?.since ?? at,
      provider_code,
      next_try_at: timestampOf(now + syncTimingMs.deltaRetry),
    },
  });
  const viewPlainly = async (fault: ProviderError): Promise<Fetched> => {
    const set = provider.hasPlainView ? await fetch(null, true) : fault;
    return set instanceof ProviderError
      ? { fault, reading }
      : { fault: null, set, delta: null, reading: withoutDelta(reading, fault.providerCode) };
  };
  /** @param failures in a row of reading with change tracking */
  const list = async (failures: number): Promise<Fetched> => {
    const set = await fetch(null);
    if (!(set instanceof ProviderError)) return use(set);
    if (judgeToken(set) === 'access') return { fault: set, reading };
    reading = { ...reading, token_failures: failures };
    return isLasting(set, failures) ? viewPlainly(set) : { fault: set, reading };
  };

  const unavailable = reading.delta_unavailable;
  if (unavailable && !isTime(unavailable, at)) {
    const set = await fetch(null, provider.hasPlainView);
    if (set instanceof ProviderError) return { fault: set, reading };
    return set.syncToken === null ? { fault: null, set, delta: null, reading } : use(set);
  }
  const { sync_token: token } = state;
  if (!token || token.shape !== provider.syncShape) return list(reading.token_failures + 1);

  // The listing first: whatever differs in it has happened by then, so the delta after it must report it.
  const isDue = isListingDue(state, request.trigger, { span, days, now });
  const listing = isDue ? await fetch(null) : null;
  if (listing instanceof ProviderError) {
    if (judgeToken(listing) === 'access') return { fault: listing, reading };
    // Deltas may work all the same.
    reading = { ...reading, failed_listing: tryAgain(reading.failed_listing, now, syncTimingMs.longestListingRetry) };
  } else if (listing) {
    const { failed_listing: _former, ...rest } = reading;
    reading = rest;
  }
  const delta = await fetch(token.value);
  if (!(delta instanceof ProviderError)) {
    if (listing && !(listing instanceof ProviderError)) return use(listing, delta.changes);
    if (delta.timeZone === token.time_zone) return use(delta);
    // In another zone every all-day event begins at another instant, though no change reports it.
    return list(0);
  }
  if (listing && !(listing instanceof ProviderError)) return use(listing);
  const doubt = judgeToken(delta);
  if (doubt === 'access') return { fault: delta, reading };
  const failures = reading.token_failures + 1;
  reading = { ...reading, token_failures: failures };
  if (doubt !== 'dead' && !isLasting(delta, failures)) return { fault: delta, reading };
  if (listing) return isLasting(delta, failures) ? viewPlainly(delta) : { fault: delta, reading };
  return list(failures);
}

async function orFault(work: Promise<ChangeSet>): Promise<ChangeSet | ProviderError> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}
