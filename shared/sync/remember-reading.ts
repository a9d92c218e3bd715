import type { EventId } from '../platform/ids.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { isTime, type ReadingState, tryAgain } from './reading-state.ts';

/** Series and doubts that are remembered. The next listing finds the others again. */
const keptSeries = 200;
const keptDoubts = 10_000;

/** What look-ups have left open. */
export interface OpenDoubts {
  /** Events that were not looked up, or could not be. */
  open: EventId[];
  /** Did any look-up have an answer? */
  hasAnswers: boolean;
  /** Were events found in the window that the listing does not have? */
  isRefuted: boolean;
}

/** What a reading leaves open, for the next runs. @param now milliseconds since the epoch */
export function rememberReading(
  before: ReadingState,
  { set, looked }: { set: Pick<ChangeSet, 'kind' | 'skippedSeries' | 'isIncomplete'>; looked: OpenDoubts },
  now: number,
): ReadingState {
  const { skipped_series, doubted, relisting, ...rest } = before;
  const series = keepSeries(skipped_series, set, now);
  const doubts = keepDoubts(doubted, looked, now);
  const again = keepListing(relisting, set, looked.isRefuted, now);
  return {
    ...rest,
    ...(series && { skipped_series: series }),
    ...(doubts && { doubted: doubts }),
    ...(again && { relisting: again }),
  };
}

function keepSeries(
  before: ReadingState['skipped_series'],
  { kind, skippedSeries }: Pick<ChangeSet, 'kind' | 'skippedSeries'>,
  now: number,
): ReadingState['skipped_series'] {
  // A listing has all series, and those that are due were read again.
  const isOver = kind === 'listing' || isTime(before, timestampOf(now));
  const waiting = isOver ? [] : (before?.ids ?? []);
  const ids = [...new Set([...skippedSeries, ...waiting])].slice(0, keptSeries);
  if (ids.length === 0) return undefined;
  return before && !isOver ? { ...before, ids } : { ids, ...tryAgain(before, now, syncTimingMs.longestSeriesRetry) };
}

function keepDoubts(
  before: ReadingState['doubted'],
  { open, hasAnswers }: OpenDoubts,
  now: number,
): ReadingState['doubted'] {
  const isOver = isTime(before, timestampOf(now));
  const waiting = isOver ? [] : (before?.ids ?? []);
  const ids = [...new Set([...open, ...waiting])].slice(0, keptDoubts);
  if (ids.length === 0) return undefined;
  // While there is progress the next run goes on soon.
  const former = hasAnswers ? undefined : before;
  return before && !isOver && open.length === 0
    ? { ...before, ids }
    : { ids, ...tryAgain(former, now, syncTimingMs.longestSeriesRetry) };
}

function keepListing(
  before: ReadingState['relisting'],
  { kind, isIncomplete }: Pick<ChangeSet, 'kind' | 'isIncomplete'>,
  isRefuted: boolean,
  now: number,
): ReadingState['relisting'] {
  if (isRefuted || isIncomplete) return tryAgain(before, now, syncTimingMs.longestListingRetry);
  return kind === 'listing' ? undefined : before;
}
