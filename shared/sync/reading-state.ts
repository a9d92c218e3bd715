import * as z from 'zod';
import { idOf } from '../platform/ids.ts';
import { type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import { storedTimestamp } from '../store/stored-values.ts';

/** Something that failed and is tried again after growing pauses. */
const againSchema = z.object({ tries: z.number(), next_try_at: storedTimestamp });
type Again = z.output<typeof againSchema>;

/** A delta or listing that is longer than a run. The next run goes on with it; its items so far are staged. */
const unfinishedSchema = z.object({
  /** Names the staged rows. */
  id: z.string(),
  /** Number of them. */
  rows: z.number(),
  kind: z.enum(['listing', 'delta', 'view']),
  /** When its first page was requested: changes before this instant are in it. */
  started_at: storedTimestamp,
  /** The window that is read. */
  window: z.string(),
  span: z.object({ start: storedTimestamp, end: storedTimestamp, horizon: storedTimestamp }),
  /** Name of the shape of the requests. */
  shape: z.string(),
  /** Link to the next page. */
  link: z.string(),
  page_size: z.number(),
  pages: z.number(),
  skipped: z.number(),
  too_large: z.array(z.string()),
  /** Failures of the link in a row. */
  failures: z.number(),
});
export type Unfinished = z.output<typeof unfinishedSchema>;

/** What is to be remembered of readings that did not go as they should. */
export const readingSchema = z.object({
  /** Failures of the sync token in a row. After the first ones the window is listed instead. */
  token_failures: z.number().default(0),
  /**
   * Reading with change tracking fails for good while the plain view works: every run lists the window. The provider's
   * code of the failure, and when change tracking is tried again.
   */
  delta_unavailable: z
    .object({ since: storedTimestamp, provider_code: z.string(), next_try_at: storedTimestamp })
    .optional(),
  unfinished: unfinishedSchema.optional(),
  /** Series that could not be read. What is stored of them stays. */
  skipped_series: againSchema.extend({ ids: z.array(z.string()) }).optional(),
  /** The last listing was refuted by a look-up, or incomplete: the window is listed again. */
  relisting: againSchema.optional(),
  /** A listing that fails while deltas work. */
  failed_listing: againSchema.optional(),
  /** Events whose deletion has no positive word of the provider yet. The next runs look them up. */
  doubted: againSchema.extend({ ids: z.array(idOf('evt')) }).optional(),
});
export type ReadingState = z.output<typeof readingSchema>;

/** The next try, after a pause that doubles with each. @param now milliseconds since the epoch */
export function tryAgain(before: Again | undefined, now: number, longestMs: number): Again {
  const tries = (before?.tries ?? 0) + 1;
  const pause = Math.min(syncTimingMs.firstReadingRetry * 2 ** Math.min(tries - 1, 20), longestMs);
  return { tries, next_try_at: timestampOf(now + pause) };
}

/** Is it time for it? */
export const isTime = (again: Pick<Again, 'next_try_at'> | undefined, now: Timestamp): boolean =>
  again !== undefined && again.next_try_at <= now;

/** When a reading is to be completed; undefined when nothing is missing. */
export function readingDueAt(reading: ReadingState): Timestamp | undefined {
  const { delta_unavailable, skipped_series, relisting, failed_listing, doubted } = reading;
  const times = [delta_unavailable, skipped_series, doubted].flatMap((again) => again?.next_try_at ?? []);
  // While listings fail, another one waits as well.
  const listing = [relisting, failed_listing]
    .flatMap((again) => again?.next_try_at ?? [])
    .sort()
    .at(-1);
  return [...times, ...(listing ? [listing] : [])].sort()[0];
}
