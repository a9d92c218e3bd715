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
  const { sync_token: token } = state;
  const { unfinished, ...reading } = state.reading;
  const usable = token?.shape === provider.syncShape ? token : null;
  const reader = (about: ReadingSpan): Reader => {
    const again = isTime(reading.skipped_series, timestampOf(now)) ? (reading.skipped_series?.ids ?? []) : [];
    const fetch: Reader['fetch'] = (kind, resumed) => {
      const syncToken = kind === 'delta' && token ? token.value : null;
      const timeZone = token?.time_zone ?? 'UTC';
      return fetchRound(deps, run, { ...about, kind, syncToken, timeZone, again, resumed: resumed ?? null });
    };
    return { provider, now, about, fetch };
  };

  const resumed = resumable(unfinished, run, now);
  if (resumed && (resumed.kind !== 'delta' || usable)) {
    return resume(reader({ startedAt: resumed.started_at, span: resumed.span }), reading, resumed, usable !== null);
  }
  const { delta_unavailable } = reading;
  if (delta_unavailable && !isTime(delta_unavailable, timestampOf(now))) {
    return readWithoutTracking(reader(present), reading, delta_unavailable.provider_code);
  }
  if (!usable) return list(reader(present), reading, reading.token_failures + 1);
  const isDue = isListingDue(state, request.trigger, { span: present.span, days, now });
  return isDue ? listAndFollow(reader(present), reading, usable) : follow(reader(present), reading, usable);
}

/** What the steps of a reading share. */
interface Reader {
  provider: SyncRun['provider'];
  /** Milliseconds since the epoch. */
  now: number;
  about: ReadingSpan;
  fetch(kind: Round['kind'], resumed?: Unfinished): Promise<RoundOutcome>;
}
type Token = NonNullable<SyncState['sync_token']>;
type FailedRound = Extract<RoundOutcome, { fault: ProviderError }>;

/** Goes on with the reading that an earlier run has begun. @param hasToken does the calendar have a usable sync token */
async function resume(reader: Reader, known: ReadingState, resumed: Unfinished, hasToken: boolean): Promise<Fetched> {
  const outcome = await reader.fetch(resumed.kind, resumed);
  if (!outcome.fault) {
    const code = resumed.kind === 'view' ? (known.delta_unavailable?.provider_code ?? 'view') : null;
    return succeed(reader, known, outcome.set, { code });
  }
  if (outcome.unfinished) return end(known, outcome);
  if (isAboutAccess(outcome)) {
    return { kind: 'failed', fault: outcome.fault, reading: { ...known, unfinished: resumed } };
  }
  // Its link is dead: what it has read is dropped.
  const reading = resumed.kind === 'listing' && hasToken ? noteFailedListing(known, reader.now) : known;
  return end({ ...reading, token_failures: reading.token_failures + 1 }, outcome);
}

/** Lists the window while change tracking fails for good. @param code of its failure */
async function readWithoutTracking(reader: Reader, reading: ReadingState, code: string): Promise<Fetched> {
  const view = await reader.fetch(reader.provider.hasPlainView ? 'view' : 'listing');
  if (view.fault) return end(reading, view);
  return succeed(reader, reading, view.set, { code: view.set.syncToken === null ? code : null });
}

/** Lists the window with change tracking. @param failures in a row of reading with change tracking */
async function list(reader: Reader, reading: ReadingState, failures: number): Promise<Fetched> {
  const listing = await reader.fetch('listing');
  if (!listing.fault) return succeed(reader, reading, listing.set);
  if (listing.unfinished || isAboutAccess(listing)) return end(reading, listing);
  const noted = { ...reading, token_failures: failures };
  return isLasting(listing.fault, failures) ? viewPlainly(reader, noted, listing) : end(noted, listing);
}

/** The listing that is due, and the delta. Whatever differs in the listing has happened by then, so the delta reports it. */
async function listAndFollow(reader: Reader, reading: ReadingState, token: Token): Promise<Fetched> {
  const listing = await reader.fetch('listing');
  if (!listing.fault) {
    const delta = await reader.fetch('delta');
    return succeed(reader, reading, listing.set, { delta: delta.fault ? null : delta.set.changes });
  }
  if (listing.unfinished || isAboutAccess(listing)) return end(reading, listing);
  // Deltas may work all the same.
  return follow(reader, noteFailedListing(reading, reader.now), token, true);
}

/** The changes since the token. @param hasListed has listing the window just failed, so that it is not tried again */
async function follow(reader: Reader, known: ReadingState, token: Token, hasListed = false): Promise<Fetched> {
  const delta = await reader.fetch('delta');
  if (!delta.fault) {
    // In another zone every all-day event begins at another instant, though no change reports it.
    return delta.set.timeZone === token.time_zone ? succeed(reader, known, delta.set) : list(reader, known, 0);
  }
  if (delta.unfinished || isAboutAccess(delta)) return end(known, delta);
  const failures = known.token_failures + 1;
  const reading = { ...known, token_failures: failures };
  const isHopeless = isLasting(delta.fault, failures);
  if (judgeToken(delta.fault) !== 'dead' && !isHopeless) return end(reading, delta);
  if (!hasListed) return list(reader, reading, failures);
  return isHopeless ? viewPlainly(reader, reading, delta) : end(reading, delta);
}

/** The plain view, where the provider has one. */
async function viewPlainly(reader: Reader, reading: ReadingState, failed: FailedRound): Promise<Fetched> {
  if (!reader.provider.hasPlainView) return end(reading, failed);
  const view = await reader.fetch('view');
  if (!view.fault) return succeed(reader, reading, view.set, { code: failed.fault.providerCode });
  return end(reading, view.unfinished ? view : failed);
}

const isAboutAccess = ({ fault, isElsewhere }: FailedRound): boolean =>
  isElsewhere === true || judgeToken(fault) === 'access';

const noteFailedListing = (reading: ReadingState, now: number): ReadingState => ({
  ...reading,
  failed_listing: tryAgain(reading.failed_listing, now, syncTimingMs.longestListingRetry),
});

function forgetFailedListing(known: ReadingState): ReadingState {
  const reading = { ...known };
  delete reading.failed_listing;
  return reading;
}

/**
 * What was read is used.
 *
 * @param code of the failure of change tracking; null when it works
 * @param delta the changes of the delta beside a listing
 */
function succeed(
  { now, about }: Reader,
  known: ReadingState,
  set: ChangeSet,
  { code = null, delta = null }: { code?: string | null; delta?: ProviderChange[] | null } = {},
): Fetched {
  const reading = set.kind === 'listing' ? forgetFailedListing(known) : known;
  // A listing that ends without a token is as good as the plain view.
  const failure = code ?? (set.syncToken === null ? 'no_sync_token' : null);
  const { delta_unavailable: before, ...rest } = reading;
  if (failure === null) return { kind: 'read', set, delta, about, reading: { ...rest, token_failures: 0 } };
  const at = timestampOf(now);
  const next_try_at = before && !isTime(before, at) ? before.next_try_at : timestampOf(now + syncTimingMs.deltaRetry);
  const delta_unavailable = { since: before?.since ?? at, provider_code: failure, next_try_at };
  return { kind: 'read', set, delta, about, reading: { ...rest, delta_unavailable } };
}

/** Goes on in the next run, at once or as a retry, or fails. */
function end(reading: ReadingState, { fault, unfinished }: FailedRound): Fetched {
  if (!unfinished) return { kind: 'failed', fault, reading };
  const next = { ...reading, unfinished };
  return isOutOfTimeFault(fault) && unfinished.failures === 0
    ? { kind: 'unfinished', reading: next }
    : { kind: 'failed', fault, reading: next };
}
