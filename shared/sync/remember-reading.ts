import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { ChangeSet } from '../providers/calendar-provider.ts';
import { isTime, type ReadingState, tryAgain } from './reading-state.ts';

/** Series that are remembered. The next listing has the others. */
const keptSeries = 200;

/** What a reading leaves open, for the next runs. @param now milliseconds since the epoch */
export function rememberReading(
  before: ReadingState,
  { set, doubted, isRefuted }: { set: ChangeSet; doubted: ReadingState['doubted']; isRefuted: boolean },
  now: number,
): ReadingState {
  const { skipped_series, relisting, ...rest } = before;
  const isListing = set.kind === 'listing';
  const isAsked = isListing || isTime(skipped_series, timestampOf(now));
  const ids = [...new Set([...set.skippedSeries, ...(isAsked ? [] : (skipped_series?.ids ?? []))])].slice(
    0,
    keptSeries,
  );
  const skipped =
    ids.length === 0
      ? undefined
      : isAsked || !skipped_series
        ? { ids, ...tryAgain(skipped_series, now, syncTimingMs.longestSeriesRetry) }
        : { ...skipped_series, ids };
  const isWrong = isRefuted || set.isIncomplete;
  const again = isWrong
    ? tryAgain(relisting, now, syncTimingMs.longestListingRetry)
    : isListing
      ? undefined
      : relisting;
  return { ...rest, ...(skipped && { skipped_series: skipped }), ...(again && { relisting: again }), doubted };
}
