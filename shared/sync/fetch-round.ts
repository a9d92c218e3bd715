import { addressOf } from '../calendars/calendar.ts';
import { millisOf, type Timestamp } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { type PageReading, readPages } from '../providers/read-pages.ts';
import { judgeToken } from './judge-token.ts';
import { windowName } from './listing-due.ts';
import type { Unfinished } from './reading-state.ts';
import { readStaged, stageItems } from './staged-page-store.ts';
import type { SyncDeps, SyncRun } from './sync-run.ts';
import { saveDescription } from './sync-store.ts';
import { listedSpan, type SyncWindow } from './sync-window.ts';

/** What a round reads. */
export interface Round {
  kind: Unfinished['kind'];
  /** Of a delta. */
  syncToken: string | null;
  /** Zone of the calendar as it was last known. */
  timeZone: string;
  startedAt: Timestamp;
  span: SyncWindow;
  /** Series that could not be read the last time. */
  again: string[];
  /** How far an earlier run has come. */
  resumed: Unfinished | null;
}

/**
 * What a round has read, or the error that ended it. A round that has come far goes on where it is: then `unfinished` is
 * for the next run, and what was read is staged.
 */
export type RoundOutcome =
  | { fault: null; set: ChangeSet }
  /** `isElsewhere`: the calendar is not where it was read, so that no other way of reading it is tried. */
  | { fault: ProviderError; unfinished: Unfinished | null; isElsewhere?: true };

/** A reading that fails after fewer pages begins from the start. */
const worthStaging = 5;
/** So many failures in a row, and the link is not believed any more. */
const failuresBelieved = 3;

/** Reads a delta or a listing, as many of its pages as the run has time for. */
export async function fetchRound(deps: SyncDeps, run: SyncRun, round: Round): Promise<RoundOutcome> {
  const { calendar, provider, tokens } = run;
  const { kind, syncToken, span, again, resumed } = round;
  const request = {
    calendar: addressOf(calendar),
    syncToken,
    isPlain: kind === 'view',
    span: listedSpan(span),
  };
  const from = resumed
    ? { link: resumed.link, pageSize: resumed.page_size, pages: resumed.pages }
    : { link: null, pageSize: provider.pageSizes[0], pages: 0 };
  const { reading, fault } = await readPages(
    (page) => tokens.use((accessToken) => provider.fetchPage(accessToken, { ...request, ...page })),
    provider.pageSizes,
    from,
  );
  if (fault) return { fault, unfinished: await stage(deps, run, round, { reading, fault }) };
  if (syncToken !== null && reading.syncToken === null) return { fault: noToken(), unfinished: null };

  const isEmpty = resumed === null && reading.items.length + reading.skipped + reading.tooLarge.length === 0;
  const elsewhere = isEmpty && syncToken === null ? await findElsewhere(deps, run) : null;
  if (elsewhere) return { fault: elsewhere, unfinished: null, isElsewhere: true };

  const staged = resumed ? await readStaged(deps.table, calendar.id, resumed.id) : [];
  const items = staged.length > 0 ? staged.concat(reading.items) : reading.items;
  const tooLarge = [...(resumed?.too_large ?? []), ...reading.tooLarge];
  const timeZone = reading.timeZone ?? round.timeZone;
  try {
    const read = await tokens.use((accessToken) =>
      provider.readChanges(accessToken, request, { items, timeZone, again }),
    );
    const set: ChangeSet = {
      ...read,
      kind: kind === 'delta' ? 'delta' : 'listing',
      changes: [...tooLarge.map((platform_uuid) => ({ kind: 'unreadable' as const, platform_uuid })), ...read.changes],
      skipped: (resumed?.skipped ?? 0) + reading.skipped + tooLarge.length + read.skipped,
      syncToken: reading.syncToken,
    };
    return { fault: null, set };
  } catch (error) {
    if (error instanceof ProviderError) return { fault: error, unfinished: null };
    throw error;
  }
}

/**
 * Says why a listing without events is not believed: the account does not have the calendar, or it lies in another mailbox,
 * which the next run reads.
 */
async function findElsewhere(
  { table }: SyncDeps,
  { calendar, provider, tokens }: SyncRun,
): Promise<ProviderError | null> {
  try {
    const address = addressOf(calendar);
    const { mailbox } = await tokens.use((accessToken) => provider.locate(accessToken, address));
    if (mailbox === address.mailbox) return null;
    await saveDescription(table, calendar.id, { mailbox });
    return new ProviderError(
      { kind: 'retry', error: 'answer_unreadable' },
      'other_mailbox',
      'the calendar lies in another mailbox, which is read next',
    );
  } catch (error) {
    if (error instanceof ProviderError) return error;
    throw error;
  }
}

const noToken = (): ProviderError =>
  new ProviderError({ kind: 'retry', error: 'answer_unreadable' }, 'no_sync_token', 'the delta has no token');

/** Is it only the run that has no time left? */
export const isOutOfTimeFault = ({ providerCode }: ProviderError): boolean => providerCode === 'out_of_time';

/** Stages what was read, if the next run is to go on with it. */
async function stage(
  { table, clock, newId }: SyncDeps,
  run: SyncRun,
  { kind, span, startedAt, resumed }: Round,
  { reading, fault }: { reading: PageReading; fault: ProviderError },
): Promise<Unfinished | null> {
  const { link, pages } = reading;
  const progress = pages - (resumed?.pages ?? 0);
  const failures = (progress > 0 ? 0 : (resumed?.failures ?? 0)) + (isOutOfTimeFault(fault) && progress > 0 ? 0 : 1);
  const isFar = resumed !== null || pages >= (isOutOfTimeFault(fault) ? 1 : worthStaging);
  const isLinkDead = fault.providerCode === 'endless_paging' || judgeToken(fault) === 'dead';
  if (link === null || !isFar || isLinkDead || failures >= failuresBelieved) return null;
  const id = resumed?.id ?? newId();
  const rows = await stageItems(table, run.calendar.id, {
    readingId: id,
    rows: resumed?.rows ?? 0,
    items: reading.items,
    expiresAt: Math.floor((clock.now() + syncTimingMs.stagedRetention) / 1000),
  });
  return {
    id,
    rows,
    kind,
    started_at: startedAt,
    window: windowName(run.window),
    span,
    shape: run.provider.syncShape,
    link,
    page_size: reading.pageSize,
    pages,
    skipped: (resumed?.skipped ?? 0) + reading.skipped,
    too_large: [...(resumed?.too_large ?? []), ...reading.tooLarge],
    failures,
  };
}

/** The reading that an earlier run has begun, if it is still worth its end. @param now milliseconds since the epoch */
export function resumable(
  unfinished: Unfinished | undefined,
  { window, provider }: Pick<SyncRun, 'window' | 'provider'>,
  now: number,
): Unfinished | null {
  if (!unfinished) return null;
  const isYoung = millisOf(unfinished.started_at) > now - syncTimingMs.longestReading;
  const isSame = unfinished.window === windowName(window) && unfinished.shape === provider.syncShape;
  return isYoung && isSame ? unfinished : null;
}
