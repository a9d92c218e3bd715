import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readOrderedPage } from '../../../shared/store/ordered-page.ts';
import { type Page, type PageCursor, pageOf } from '../../../shared/store/page.ts';
import type { Table } from '../../../shared/store/table.ts';

interface Row {
  PK: string;
  SK: string;
  shard: string;
  by: string;
  wanted: boolean;
}

/** The part of DynamoDB's `Query` that `readOrderedPage` uses. An answer ends after `mostItems`, a real one after 1 MB. */
function tableOf(rows: Row[], mostItems: number): Table {
  const send = async ({ input }: { input: Record<string, unknown> }) => {
    const values = input.ExpressionAttributeValues as Record<string, string>;
    const [low = '', high = ''] = [values[':low'], values[':high']];
    if (low > high) throw new Error('the bounds of BETWEEN are the wrong way round');
    const found = rows
      .filter((row) => row.shard === values[':partition'] && row.by >= low && row.by <= high)
      .sort((a, b) => (a.by < b.by ? -1 : 1));
    if (input.ScanIndexForward === false) found.reverse();
    const Items = found.slice(0, Math.min(mostItems, Number(input.Limit)));
    return { Items, ...(Items.length < found.length && { LastEvaluatedKey: Items.at(-1) }) };
  };
  return { name: 'table', client: { send } as unknown as Table['client'] };
}

interface Listing {
  rows: Row[];
  ascending: boolean;
  limit: number;
  filtered: boolean;
  mostItems: number;
  low?: string | undefined;
  high?: string | undefined;
}

const partitions = ['0', '1', '2'];

async function readPage(listing: Listing, cursor: PageCursor | null): Promise<Page<string>> {
  const { ascending, limit, filtered, low, high } = listing;
  const read = await readOrderedPage(tableOf(listing.rows, listing.mostItems), {
    index: 'index',
    partitionAttribute: 'project_shard',
    partitions,
    sortAttribute: 'by',
    ascending: ascending !== (cursor?.direction === 'back'),
    low,
    high,
    from: cursor,
    limit,
    accept: filtered ? ({ wanted }) => wanted === true : undefined,
  });
  return pageOf(
    { rows: read.rows.map(({ SK }) => SK), positions: read.rows.map(({ by }) => String(by)), end: read.end },
    cursor,
  );
}

/** All pages from a cursor on, in one direction. */
async function walk(
  listing: Listing,
  from: PageCursor | null,
  direction: 'next' | 'previous',
): Promise<Page<string>[]> {
  const pages: Page<string>[] = [];
  for (let cursor: PageCursor | null | undefined = from; cursor !== undefined; ) {
    const page: Page<string> = await readPage(listing, cursor);
    pages.push(page);
    if (pages.length > 500) throw new Error('the walk does not end');
    cursor = page[direction] ?? undefined;
  }
  return pages;
}

const listings: fc.Arbitrary<Listing> = fc
  .record({
    // Only three times, so that most are equal.
    rows: fc.array(
      fc.record({
        time: fc.constantFrom('a', 'b', 'c'),
        shard: fc.constantFrom(...partitions),
        wanted: fc.nat({ max: 3 }),
      }),
      { maxLength: 60 },
    ),
    ascending: fc.boolean(),
    limit: fc.integer({ min: 1, max: 7 }),
    filtered: fc.boolean(),
    mostItems: fc.integer({ min: 2, max: 20 }),
    low: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
    high: fc.option(fc.constantFrom('a~', 'b~', 'c~'), { nil: undefined }),
  })
  .map((given) => ({
    ...given,
    rows: given.rows.map(({ time, shard, wanted }, index) => {
      const id = String((index * 7919) % 1000).padStart(3, '0');
      return { PK: 'p', SK: id, shard, by: `${time}#${id}`, wanted: wanted === 0 };
    }),
  }));

const expectedOf = ({ rows, ascending, filtered, low = '', high = '~' }: Listing): string[] => {
  const ordered = rows
    .filter(({ by, wanted }) => by >= low && by <= high && (wanted || !filtered))
    .sort((a, b) => (a.by < b.by ? -1 : 1))
    .map(({ SK }) => SK);
  return ascending ? ordered : ordered.reverse();
};

describe('pages of a list', () => {
  it('show each row once and in order, with ties, filters and early ends', async () => {
    await fc.assert(
      fc.asyncProperty(listings, async (listing) => {
        const pages = await walk(listing, null, 'next');
        expect(pages.flatMap(({ rows }) => rows)).toEqual(expectedOf(listing));
        expect(pages.every(({ rows }) => rows.length <= listing.limit)).toBe(true);
        expect(pages[0]?.previous).toBeNull();
      }),
      { numRuns: 300 },
    );
  });

  it('show all earlier rows once, going back from any page', async () => {
    await fc.assert(
      fc.asyncProperty(listings, async (listing) => {
        const pages = await walk(listing, null, 'next');
        for (const [at, { previous }] of pages.entries()) {
          const before = pages.slice(0, at).flatMap(({ rows }) => rows);
          expect(previous === null).toBe(at === 0);
          const back = previous === null ? [] : await walk(listing, previous, 'previous');
          expect(back.toReversed().flatMap(({ rows }) => rows)).toEqual(before);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('show the rest once, going back and forward again from any page', async () => {
    await fc.assert(
      fc.asyncProperty(listings, fc.nat(), fc.nat(), async (listing, choice, turn) => {
        const pages = await walk(listing, null, 'next');
        const start = pages[choice % pages.length]?.previous;
        if (!start) return;
        const back = await walk(listing, start, 'previous');
        const page = back[turn % back.length] as Page<string>;
        const behind = expectedOf(listing).slice(back.slice(turn % back.length).flatMap(({ rows }) => rows).length);
        const on = page.next === null ? [] : await walk(listing, page.next, 'next');
        expect(on.flatMap(({ rows }) => rows)).toEqual(behind);
      }),
      { numRuns: 300 },
    );
  });
});
