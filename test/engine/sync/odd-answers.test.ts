import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { foreignBodies, type OddAnswer, oddPages, unknownStatuses } from '../../support/odd-answers.ts';
import { shareOf } from '../../support/share-of-cases.ts';
import { startTrap, type Trap } from '../../support/trap.ts';
import { connectUnharmed, expectNoHarm } from '../../support/unharmed-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('odd-answers');
let trap: Trap;
beforeAll(async () => {
  trap = await startTrap();
});
afterAll(() => trap.close());

const redirects = (): OddAnswer[] =>
  [301, 302, 307, 308].map((status) => ({
    name: `${status}`,
    outcome: { status, html: '', headers: { location: `${trap.url}/elsewhere` } },
  }));

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  const places: [string, 'any' | 'delta' | 'token', () => OddAnswer[]][] = [
    ['every call answers a status in no table', 'any', () => unknownStatuses(platform)],
    ['every call succeeds without an answer, or is redirected', 'any', () => [...oddPages(platform), ...redirects()]],
    // Each body with one of the statuses.
    ['every call is refused in another shape', 'any', () => shareOf([401, 403, 404].flatMap(foreignBodies), 0, 3)],
    ['deltas succeed without an answer', 'delta', () => oddPages(platform)],
    ['tokens are answered oddly', 'token', () => [...foreignBodies(400), ...oddPages(platform), ...redirects()]],
  ];
  it.each(places)('whose %s is unharmed', { timeout: 120_000 }, async (_title, on, answers) => {
    const calendars = await Promise.all(
      answers().map(async ({ name, outcome }) => {
        const calendar = await connectUnharmed(stack, platform, name);
        calendar.user.answer(on, outcome);
        if (on === 'token') calendar.user.expireAccessTokens();
        calendar.user.rename(calendar.uuid, 'renamed meanwhile');
        return calendar;
      }),
    );
    await expectNoHarm(stack, calendars);
    expect(trap.received).toEqual([]);
  });

  it('is not announced as read when it is new and its listing has no answer', { timeout: 60_000 }, async () => {
    for (const { name, outcome } of oddPages(platform)) {
      const calendar = await connectCalendar(stack, platform);
      calendar.user.insert('standing', 40);
      calendar.user.answer('list', outcome);
      for (const attempt of [1, 2, 3]) await calendar.sync('create', attempt);
      expect([name, (await calendar.load()).calendar.state]).toEqual([name, 'connected']);
      // The plain view of Graph has its events all the same.
      if (platform === 'microsoft') await calendar.expectEqualWindows();
      else expect([name, calendar.triggers()]).toEqual([name, []]);
    }
  });
});
