import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { startTrap, type Trap } from '../../support/trap.ts';
import { connectUnharmed, expectNoHarm } from '../../support/unharmed-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('odd-links');
let trap: Trap;
beforeAll(async () => {
  trap = await startTrap();
});
afterAll(() => trap.close());

const long = 'x'.repeat(500_000);

/** What a page has beside its items. */
const ends: Record<Platform, () => Record<string, unknown>> = {
  google: () => ({
    'the page token of the page itself': { nextPageToken: 'again' },
    'an empty page token': { nextPageToken: '' },
    'null for both tokens': { nextPageToken: null, nextSyncToken: null },
    'a number as its page token': { nextPageToken: 5 },
    'a number as its sync token': { nextSyncToken: 5 },
    'an empty sync token': { nextSyncToken: '' },
    'a sync token of half a megabyte': { nextSyncToken: long },
    'no token': {},
  }),
  microsoft: () => {
    const own = `${stack.microsoft.url}/v1.0/me/calendarView/delta`;
    const links: Record<string, unknown> = {
      'another host': `${trap.url}/v1.0/me/calendarView/delta?$skiptoken=1`,
      'another host without a scheme': `${trap.url.replace('http:', '')}/v1.0/me/calendarView/delta`,
      'another host behind its own as a user': own
        .replace('http://', 'http://graph@')
        .replace(/127.0.0.1:\d+/, trap.url.slice(7)),
      'no place at all': 'nowhere',
      'a file': 'file:///etc/passwd',
      'an empty text': '',
      null: null,
      'a number': 5,
      'half a megabyte': `${own}?$skiptoken=${long}`,
    };
    return Object.fromEntries(
      Object.entries(links).flatMap(([name, link]) => [
        [`a next link to ${name}`, { '@odata.nextLink': link }],
        [`a delta link to ${name}`, { '@odata.deltaLink': link }],
      ]),
    );
  },
};

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  it.each(['delta', 'list'] as const)(
    'whose pages have odd links or tokens is unharmed, and its token is sent nowhere else (%s)',
    { timeout: 120_000 },
    async (until) => {
      const calendars = await Promise.all(
        Object.entries(ends[platform]()).map(async ([name, end]) => {
          const calendar = await connectUnharmed(stack, platform, name);
          const body = { [platform === 'google' ? 'items' : 'value']: [], ...(end as object) };
          calendar.user.answer('delta', { status: 200, body });
          if (until === 'list') calendar.user.answer('list', { status: 200, body });
          calendar.user.rename(calendar.uuid, 'renamed meanwhile');
          return { ...calendar, before: calendar.user.requests() };
        }),
      );
      await expectNoHarm(stack, calendars);
      expect(trap.received).toEqual([]);
      for (const { name, before, user } of calendars) {
        expect({ name, isBounded: user.requests() - before < 150 }).toEqual({ name, isBounded: true });
      }
    },
  );
});
