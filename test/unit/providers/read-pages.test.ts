import { describe, expect, it } from 'vitest';
import type { ChangePage } from '../../../shared/providers/calendar-provider.ts';
import { ProviderError } from '../../../shared/providers/provider-error.ts';
import { readPages } from '../../../shared/providers/read-pages.ts';
import { requestsWithin } from '../../../shared/providers/request-scope.ts';

const sizes = [200, 50, 10, 1];
const start = { link: null, pageSize: 200, pages: 0 };
const page = (ids: string[], next: string | null, more: Partial<ChangePage> = {}): ChangePage => ({
  items: ids.map((id) => ({ id })),
  tooLarge: [],
  skipped: 0,
  next,
  syncToken: next === null ? 'token' : null,
  timeZone: 'UTC',
  bytes: 1000,
  ...more,
});
const tooLarge = new ProviderError({ kind: 'too_large' }, 'too_large', '');
const tooSlow = new ProviderError({ kind: 'retry', error: 'provider_slow' }, 'timeout', '');

describe('A reading of pages', () => {
  it('goes on behind empty pages and pages of known items, to the end', async () => {
    const pages = [page(['a'], '1'), page([], '2'), page(['a'], '3'), page(['a'], '4'), page(['b'], null)];
    const { reading, fault } = await readPages(async () => pages.shift() ?? expect.fail('too many'), sizes, start);
    expect(fault).toBeNull();
    expect(reading).toMatchObject({ isComplete: true, syncToken: 'token', pages: 5, link: null });
    expect(reading.items.map(({ id }) => id)).toEqual(['a', 'a', 'a', 'b']);
  });

  it.each([
    // https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3082
    ['the same items under ever new links', (count: number) => page(['a', 'b'], `t${count}`), 4],
    ['a link that repeats', (count: number) => page([`item ${count}`], 'again'), 2],
    ['empty pages without end', (count: number) => page([], `t${count}`), 200],
    ['new items without end', (count: number) => page([`item ${count}`], `t${count}`), 5000],
  ])('stops at %s', async (_case, answer, requests) => {
    let made = 0;
    const { reading, fault } = await readPages(async () => answer((made += 1)), sizes, start);
    expect([reading.isComplete, fault?.providerCode, made]).toEqual([false, 'endless_paging', requests]);
  });

  it('requests smaller pages while answers are too large, and larger ones again behind the large items', async () => {
    const asked: string[] = [];
    // Four items of six megabytes, then many small ones.
    const { reading, fault } = await readPages(
      async ({ link, pageSize }) => {
        asked.push(`${link ?? 'first'}/${pageSize}`);
        const at = Number(link ?? 0);
        if (at < 4 && pageSize > 1) throw tooLarge;
        if (at < 4) return page([`large ${at}`], String(at + 1), { bytes: 6_000_000 });
        return at === 4 ? page(['small'], '5', { bytes: 1000 }) : page(['last'], null);
      },
      sizes,
      start,
    );
    expect(fault).toBeNull();
    expect(reading.items).toHaveLength(6);
    expect(asked).toEqual(['first/200', 'first/50', 'first/10', 'first/1', '1/1', '2/1', '3/1', '4/1', '5/10']);
  });

  it('keeps pages below the size that was too slow', async () => {
    const asked: number[] = [];
    await readPages(
      async ({ link, pageSize }) => {
        asked.push(pageSize);
        if (pageSize > 50) throw tooSlow;
        return link === null ? page(['a'], '1') : page(['b'], null);
      },
      sizes,
      start,
    );
    expect(asked).toEqual([200, 50, 50]);
  });

  it('skips the one item that is too large alone', async () => {
    const { reading } = await readPages(
      async ({ link, isSlim }) => {
        if (link !== null) return page(['b'], null);
        if (isSlim) return page([], '1', { tooLarge: ['giant'] });
        throw tooLarge;
      },
      sizes,
      start,
    );
    expect(reading).toMatchObject({ tooLarge: ['giant'], isComplete: true });
  });

  it('ends with the time of the run, where it was', async () => {
    const { reading, fault } = await requestsWithin(30, () =>
      readPages(
        async ({ link }) => {
          await new Promise((resolve) => setTimeout(resolve, 12));
          return page([`after ${link}`], `${link ?? 0}1`);
        },
        sizes,
        start,
      ),
    );
    expect(fault?.providerCode).toBe('out_of_time');
    expect(reading.isComplete).toBe(false);
    expect(reading.link).not.toBeNull();
  });
});
