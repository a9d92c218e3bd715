import { describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { oddPages } from '../../support/odd-answers.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;

const missing: Record<Platform, FaultOutcome> = {
  google: { status: 404, body: { error: { code: 404, message: 'Not Found', errors: [{ reason: 'notFound' }] } } },
  microsoft: { status: 404, body: { error: { code: 'ErrorItemNotFound', message: 'Not found' } } },
};

/** Calendar lists that do not prove that a calendar is gone. */
const lists = (platform: Platform): { name: string; outcome: FaultOutcome }[] => {
  const list = platform === 'google' ? 'items' : 'value';
  const link = platform === 'google' ? 'nextPageToken' : '@odata.nextLink';
  const page = `${stack.microsoft.url}/v1.0/me/calendars?$skip=1`;
  const body = (entries: unknown, next?: unknown): FaultOutcome => ({
    status: 200,
    body: { [list]: entries, ...(next !== undefined && { [link]: next }) },
  });
  return [
    ...oddPages(platform),
    { name: 'no entries', outcome: body([]) },
    { name: 'entries without an id', outcome: body([{ primary: true }, null, 'text', { id: 5 }]) },
    { name: 'one entry that cannot be read', outcome: body([{ id: 'another' }, { name: 'this one?' }]) },
    { name: 'pages without end', outcome: body([{ id: 'another' }], page) },
    { name: 'empty pages without end', outcome: body([], page) },
  ];
};

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  it('that answers 404 is not gone while the calendar list does not say so', { timeout: 120_000 }, async () => {
    const calendars = await Promise.all(
      lists(platform).map(async ({ name, outcome }) => {
        const calendar = await connectCalendar(stack, platform, { secondary: true });
        calendar.user.insert('standing', 40);
        await calendar.finish('create');
        calendar.user.answer('calendars', outcome);
        for (const on of ['list', 'delta'] as const) calendar.user.answer(on, missing[platform]);
        if (platform === 'microsoft')
          stack.microsoft.faults.push({
            on: 'view',
            account: calendar.user.account.email,
            times: 10_000,
            outcome: missing[platform],
          });
        calendar.user.insert('meanwhile', 41);
        return { ...calendar, name };
      }),
    );
    const each = (work: (calendar: (typeof calendars)[number]) => Promise<unknown>) => Promise.all(calendars.map(work));
    for (const pause of [0, 2, 20, 60]) {
      stack.local.advanceClock(pause * minute);
      await each(({ sync }) => sync('schedule'));
    }
    for (const { name, load, syncError, user } of calendars) {
      const { state } = (await load()).calendar;
      expect({ name, state, isShown: (await syncError()) !== null }).toEqual({
        name,
        state: 'connected',
        isShown: true,
      });
      user.recover();
    }
    stack.local.advanceClock(11 * minute);
    await each(({ sync }) => sync('schedule'));
    for (const calendar of calendars) {
      await calendar.expectEqualWindows();
      expect([calendar.name, calendar.stateChanges()]).toEqual([calendar.name, []]);
    }
  });

  it('that its account does not have any more is disconnected', async () => {
    const calendar = await connectCalendar(stack, platform, { secondary: true });
    await calendar.finish('create');
    calendar.user.removeCalendar();
    await calendar.harness.loseAccess(calendar.id);
    expect((await calendar.load()).calendar.connection_failure_data?.code).toBe('calendar_not_found');
  });
});
