import type { ChangePage, ProviderItem } from './calendar-provider.ts';
import { sizeAfter, smallerSize } from './page-size.ts';
import { createPagingGuard, endlessPaging } from './paging-guard.ts';
import { ProviderError } from './provider-error.ts';
import { isOutOfTime } from './request-scope.ts';
import { slimItem } from './slim-item.ts';

/** How far a reading has come. */
export interface PagePosition {
  /** Link to the next page; null before the first page, and when all pages are read. */
  link: string | null;
  pageSize: number;
  /** Pages read so far. */
  pages: number;
}

/** The pages that were read one after the other. */
export interface PageReading extends PagePosition {
  items: ProviderItem[];
  /** Ids of items that are too large to be read. */
  tooLarge: string[];
  skipped: number;
  isComplete: boolean;
  syncToken: string | null;
  /** As the last page named it that did; null when none did. */
  timeZone: string | null;
}

type FetchPage = (page: { link: string | null; pageSize: number; isSlim: boolean }) => Promise<ChangePage>;

/**
 * Reads the pages of a delta or listing, from a position on, until its end, an error, or the end of the run's time. An
 * answer that is too large or too slow is requested again in smaller pages.
 *
 * @param sizes page sizes, the largest first
 * @returns what was read, and the error that ended it
 */
export async function readPages(
  fetchPage: FetchPage,
  sizes: readonly number[],
  from: PagePosition,
): Promise<{ reading: PageReading; fault: ProviderError | null }> {
  const reading: PageReading = {
    ...from,
    items: [],
    tooLarge: [],
    skipped: 0,
    isComplete: false,
    syncToken: null,
    timeZone: null,
  };
  const isEndless = createPagingGuard(from.pages);
  /** The size at which an answer was too slow. Pages stay below it. */
  let tooSlow = Number.POSITIVE_INFINITY;
  for (;;) {
    const { link, pageSize } = reading;
    const page = await fetchInSize(fetchPage, sizes, { link, pageSize }, (slow) => {
      tooSlow = slow;
    });
    reading.pageSize = page.pageSize;
    if (page.fault) return { reading, fault: page.fault };
    const { items, tooLarge, skipped, next, syncToken, timeZone, bytes } = page.page;
    // One at a time, because spreading thousands of items overflows the stack.
    for (const item of items) reading.items.push(slimItem(item, bytes));
    reading.tooLarge.push(...tooLarge);
    Object.assign(reading, { skipped: reading.skipped + skipped, pages: reading.pages + 1, syncToken });
    reading.timeZone = timeZone ?? reading.timeZone;
    if (next === null) return { reading: { ...reading, link: null, isComplete: true }, fault: null };
    const ids = [...items.map(({ id }) => id), ...tooLarge];
    if (isEndless({ ids, next })) return { reading, fault: endlessPaging() };
    reading.link = next;
    reading.pageSize = sizeAfter(
      sizes.filter((size) => size < tooSlow),
      reading.pageSize,
      bytes,
    );
  }
}

const outOfTime = (): ProviderError =>
  new ProviderError({ kind: 'retry', error: 'provider_slow' }, 'out_of_time', 'the run has no time left');

/** One page, in the largest size that can be read. */
async function fetchInSize(
  fetchPage: FetchPage,
  sizes: readonly number[],
  { link, pageSize }: Pick<PagePosition, 'link' | 'pageSize'>,
  noteSlow: (size: number) => void,
): Promise<{ pageSize: number; page: ChangePage; fault: null } | { pageSize: number; fault: ProviderError }> {
  let size = pageSize;
  let isSlim = false;
  for (;;) {
    // The next run goes on with this size.
    if (isOutOfTime()) return { pageSize: size, fault: outOfTime() };
    try {
      return { pageSize: size, page: await fetchPage({ link, pageSize: size, isSlim }), fault: null };
    } catch (error) {
      if (!(error instanceof ProviderError)) throw error;
      const isTooLarge = error.verdict.kind === 'too_large';
      // Out of time is the run, not the page.
      const isTooSlow = error.providerCode === 'timeout';
      const smaller = smallerSize(sizes, size);
      if (isTooSlow && smaller !== null) noteSlow(size);
      if ((isTooLarge || isTooSlow) && smaller !== null) size = smaller;
      // The one item of the page is too large alone.
      else if (isTooLarge && !isSlim) isSlim = true;
      else return { pageSize: size, fault: error };
    }
  }
}
