import { beforeEach, expect, it } from 'vitest';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const always = 10_000;

beforeEach(() => {
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
});

/** Rounds of Microsoft that repeat a page for ever (https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3082). */
function repeatRounds({ user }: ConnectedCalendar): void {
  const value = Array.from({ length: 50 }, (_, index) => ({ id: `item ${index}`, type: 'singleInstance' }));
  const next = `${stack.microsoft.url}/v1.0/me/calendarView/delta?$skiptoken=again`;
  const outcome = { status: 200, body: { value, '@odata.nextLink': next } };
  for (const on of ['list', 'delta'] as const)
    stack.microsoft.faults.push({ on, account: user.account.email, times: always, outcome });
}

it('A calendar of Microsoft whose rounds never end is kept by the plain view, until they do', async () => {
  const calendar = await connectCalendar(stack, 'microsoft');
  const { user } = calendar;
  user.insert('standing', 2);
  await calendar.sync('create');
  repeatRounds(calendar);
  user.insert('new', 3);
  const requests = user.requests();
  expect(await calendar.sync()).toEqual({ kind: 'ok' });
  await calendar.expectEqualWindows();
  expect(user.requests() - requests).toBeLessThan(10);
  expect((await calendar.load()).sync.reading.delta_unavailable).toMatchObject({ provider_code: 'endless_paging' });

  stack.microsoft.faults.length = 0;
  stack.local.advanceClock(3_700_000);
  user.insert('newer', 4);
  await calendar.sync('schedule');
  await calendar.expectEqualWindows();
  expect((await calendar.load()).sync.reading.delta_unavailable).toBeUndefined();
});

it('A first listing of Google that repeats its page ends after two pages, and the next one is used', async () => {
  const calendar = await connectCalendar(stack, 'google');
  const { user } = calendar;
  const items = Array.from({ length: 100 }, (_, index) => ({ id: `item${index}`, status: 'confirmed' }));
  const outcome = { status: 200, body: { timeZone: 'UTC', items, nextPageToken: 'again' } };
  stack.google.faults.push({ on: 'list', account: user.account.email, times: always, outcome });
  user.insert('standing', 2);
  expect(await calendar.sync('create')).toMatchObject({ kind: 'retry' });
  expect(user.calls('list')).toBe(2);
  expect(await calendar.stored()).toEqual([]);
  stack.google.faults.length = 0;
  expect(await calendar.sync('create', 2)).toEqual({ kind: 'ok' });
  await calendar.expectEqualWindows();
});
