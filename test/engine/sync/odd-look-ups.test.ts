import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import { foreignBodies, type OddAnswer, oddPages } from '../../support/odd-answers.ts';
import { shareOf } from '../../support/share-of-cases.ts';
import { connectUnharmed, type UnharmedCalendar } from '../../support/unharmed-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('odd-look-ups');
const minute = 60_000;
const far = 40 * 24;

beforeEach(() => {
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
});

const sideCalls = ['event', 'instances'] as const;

/** Every reading beside the pages is answered so. */
function disturb({ user }: UnharmedCalendar, outcome: FaultOutcome): void {
  for (const on of sideCalls) user.disturb(on, outcome, 10_000);
  const { email } = user.account;
  if (user.platform === 'microsoft')
    stack.microsoft.faults.push({ on: 'batch', account: email, times: 10_000, outcome });
}

describe.each(['google', 'microsoft'] as const)('Look-ups of %s', (platform) => {
  const tables: [string, () => OddAnswer[]][] = [
    ['with a success that says nothing', () => oddPages(platform)],
    // Each body with one of the statuses.
    ['with 404 or 410 in another shape', () => shareOf([404, 410].flatMap(foreignBodies), 0, 2)],
  ];
  it.each(tables)('that are answered %s delete nothing', { timeout: 120_000 }, async (_title, answers) => {
    const calendars = await Promise.all(
      answers().map(async ({ name, outcome }) => {
        const calendar = await connectUnharmed(stack, platform, name);
        const others = [calendar.user.insert('other', 30), calendar.user.insert('another', 31)];
        const series = calendar.user.insertSeries('weekly', 50, 'week');
        await calendar.deliver('push');
        disturb(calendar, outcome);
        // They leave the view of the window, and exist.
        for (const uuid of [calendar.uuid, ...others]) calendar.user.move(uuid, far);
        calendar.user.rename(series, 'renamed');
        if (platform === 'google') calendar.user.expireSyncTokens();
        calendar.user.insert('new', 60);
        return calendar;
      }),
    );
    const each = (work: (calendar: UnharmedCalendar) => Promise<unknown>) => Promise.all(calendars.map(work));
    await each(({ deliver }) => deliver('push'));
    for (const pause of [2, 5]) {
      stack.local.advanceClock(pause * minute);
      await each(({ deliver }) => deliver('schedule'));
    }
    for (const calendar of calendars) {
      await calendar.expectUnharmed();
      const names = (await calendar.harness.stored(calendar.calendarId)).map(({ name }) => name);
      expect([calendar.name, names.includes('new')]).toEqual([calendar.name, true]);
      calendar.user.recover();
    }
    stack.local.advanceClock(61 * minute);
    await each(({ deliver }) => deliver('schedule'));
    for (const calendar of calendars) {
      await calendar.expectUnharmed();
      await calendar.expectHealed();
      expect([calendar.name, (await calendar.event()).name]).toEqual([calendar.name, 'planning']);
    }
  });
});
