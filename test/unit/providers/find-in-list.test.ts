import { describe, expect, it } from 'vitest';
import type { Listed } from '../../../shared/providers/calendar-provider.ts';
import { findInPages } from '../../../shared/providers/find-in-list.ts';
import { requestsWithin } from '../../../shared/providers/request-scope.ts';

/** Pages of entries; the last page has no link, unless it repeats for ever. */
const search = (
  pages: (string | null)[][],
  { repeats = false } = {},
): { result: Promise<Listed>; read: () => number } => {
  let read = 0;
  const readPage = async (link: string | null) => {
    const index = Math.min(Number(link ?? 0), pages.length - 1);
    read += 1;
    const isLast = index === pages.length - 1 && !repeats;
    return { entries: pages[index] ?? [], next: isLast ? null : String(index + 1) };
  };
  return { result: findInPages(readPage, (entry) => (entry === 'wanted' ? 'listed' : null)), read: () => read };
};

describe('A calendar', () => {
  it.each<[string, (string | null)[][], Listed]>([
    ['on the first page', [['other', 'wanted'], ['other']], 'listed'],
    ['on a later page, behind an empty one', [['other'], [], ['wanted']], 'listed'],
    ['beside entries that cannot be read', [[null, 'wanted']], 'listed'],
    ['on no page', [['other'], ['another']], 'absent'],
    ['in an empty list', [[], []], 'unclear'],
    ['in a list with an entry that cannot be read', [['other'], [null]], 'unclear'],
  ])('%s is what the whole list says', async (_where, pages, expected) => {
    expect(await search(pages).result).toBe(expected);
  });

  it('is not searched for ever, nor after the time of the run', async () => {
    const endless = search([['other']], { repeats: true });
    expect(await endless.result).toBe('unclear');
    expect(endless.read()).toBe(40);
    const late = await requestsWithin(0, async () => {
      await new Promise((resolve) => setTimeout(resolve, 5));
      const { result, read } = search([['wanted']]);
      return [await result, read()];
    });
    expect(late).toEqual(['unclear', 0]);
  });
});
