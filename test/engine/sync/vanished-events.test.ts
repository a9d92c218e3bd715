import { describe, expect, it } from 'vitest';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

/** `npm run campaign` takes 5,000 events. */
const count = process.env.KALENDS_CAMPAIGN_RUNS === undefined ? 400 : 5000;

/** Requests for all of them: Graph's look-ups come in batches of twenty, Google's list of changes in pages of 2,500. */
const limits = { google: 10, microsoft: count / 20 + Math.ceil(count / 200) + 20 };

describe.each(['google', 'microsoft'] as const)('Many events of %s', (platform) => {
  it.each([
    ['reported as deleted', false],
    ['missing in a listing', true],
  ])(
    `that are gone at once, ${count} of them, %s, take few requests`,
    async (_way, isListed) => {
      const calendar = await connectCalendar(stack, platform);
      const { user } = calendar;
      const standing = { name: 'standing', hours: 3 };
      const events = Array.from({ length: count }, (_, index) => ({
        name: `event ${index}`,
        hours: 1 + (index % 600),
      }));
      const ids = user.insertMany([...events, standing]).slice(0, count);
      await calendar.finish('create');
      const requests = user.requests();
      if (isListed) user.expireSyncTokens();
      for (const id of ids) user.remove(id);
      user.insert('new', 5);
      for (let run = 0; run < 8; run += 1) {
        await calendar.sync(run === 0 ? 'push' : 'schedule');
        if ((await calendar.load()).sync.reading.doubted === undefined) break;
        stack.local.advanceClock(61_000);
      }
      expect(new Set((await calendar.living()).map(({ name }) => name))).toEqual(new Set(['new', 'standing']));
      await calendar.expectEqualWindows();
      expect(user.requests() - requests).toBeLessThanOrEqual(limits[platform]);
    },
    300_000,
  );

  it('that are missing in a listing, though they are there, cost few requests, and all stay', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user } = calendar;
    user.insertMany(Array.from({ length: 100 }, (_, index) => ({ name: `event ${index}`, hours: 1 + index })));
    await calendar.finish('create');
    user.expireSyncTokens();
    const empty = { items: [], value: [], nextSyncToken: 'a', '@odata.deltaLink': `${stack.microsoft.url}/v1.0/x` };
    const rule = { on: 'list' as const, account: user.account.email, times: 1, outcome: { status: 200, body: empty } };
    if (platform === 'google') stack.google.faults.push(rule);
    else stack.microsoft.faults.push(rule);
    const requests = user.requests();
    await calendar.sync();
    expect(user.requests() - requests).toBeLessThanOrEqual(25);
    expect(await calendar.living()).toHaveLength(100);
    stack.local.advanceClock(61_000);
    await calendar.sync('schedule');
    await calendar.expectEqualWindows();
    expect(await calendar.living()).toHaveLength(100);
  });
});
