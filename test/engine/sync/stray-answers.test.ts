import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { microsoftFaults } from '../../../local/simulators/microsoft/microsoft-faults.ts';
import { findBot } from '../../../shared/bots/bot-store.ts';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { connectUnharmed, type UnharmedCalendar } from '../../support/unharmed-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('stray-answers');
const minute = 60_000;
const hour = 60 * minute;
const absent: Record<Platform, FaultOutcome> = {
  google: googleFaults.notFound,
  microsoft: microsoftFaults.itemNotFound,
};
const graph = (status: number, code: string): FaultOutcome => ({ status, body: { error: { code, message: code } } });

/** The next readings of single events and of instances are answered so. */
function disturbReadings({ user }: UnharmedCalendar, outcome: FaultOutcome, times: number): void {
  for (const on of ['event', 'instances'] as const) user.disturb(on, outcome, times);
  if (user.platform === 'microsoft')
    stack.microsoft.faults.push({ on: 'batch', account: user.account.email, times, outcome });
}

const namesOf = async ({ harness, calendarId }: UnharmedCalendar) =>
  (await harness.stored(calendarId)).map(({ name }) => name);

beforeEach(() => {
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
});

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  // https://github.com/microsoftgraph/microsoft-graph-explorer-v4/issues/3879
  it('stays connected when its list fails while its events answer three stray 404s', async () => {
    const calendar = await connectUnharmed(stack, platform, platform);
    const { user, uuid, deliver } = calendar;
    user.answer('calendars', { status: 500, body: { error: { code: 'ErrorInternalServerError', message: '' } } });
    for (const on of ['delta', 'list'] as const) user.answer(on, absent[platform], 3);
    user.rename(uuid, 'renamed');
    for (const attempt of [1, 2, 3, 4]) await deliver('push', attempt);
    await calendar.expectUnharmed();
    await calendar.expectHealed();
  });

  it('loses nothing while every reading of a single event answers a stray 404', async () => {
    const calendar = await connectUnharmed(stack, platform, platform);
    const { user, uuid, deliver } = calendar;
    const series = user.insertSeries('weekly', 30, 'week');
    await deliver('push');
    disturbReadings(calendar, absent[platform], 40);
    user.rename(series, 'renamed series');
    user.rename(uuid, 'renamed');
    user.insert('new', 40);
    await deliver('push');
    await calendar.expectUnharmed();
    expect(await namesOf(calendar)).toEqual(expect.arrayContaining(['new', 'renamed']));
    user.recover();
    stack.local.advanceClock(2 * minute);
    await deliver('schedule');
    await calendar.expectUnharmed();
    await calendar.expectHealed();
  });

  it('takes no notice of the removal of an event that it never had', async () => {
    const calendar = await connectUnharmed(stack, platform, platform);
    const { user, harness, load, deliver } = calendar;
    const token = (await load()).sync.sync_token?.value;
    const body =
      platform === 'google'
        ? { timeZone: 'UTC', items: [{ id: 'unknown', status: 'cancelled' }], nextSyncToken: token }
        : { value: [{ id: 'unknown', '@removed': { reason: 'deleted' } }], '@odata.deltaLink': token };
    user.answer('delta', { status: 200, body }, 1);
    expect(await deliver('push')).toEqual({ kind: 'ok' });
    await calendar.expectUnharmed();
    await calendar.expectHealed();
    expect(harness.notifications).toEqual([]);
  });
});

describe('A series of Microsoft with a bot', () => {
  // https://github.com/microsoftgraph/microsoft-graph-docs/pull/1473
  it.each([
    [504, 'UnknownError', 1_000],
    [500, 'ErrorInternalServerError', 1_000],
    [403, 'ErrorAccessDenied', 1_000],
    [400, 'ErrorInvalidRecurrenceRange', 1_000],
    [404, 'ErrorItemNotFound', 1],
  ])('keeps its occurrences and the bot while its instances answer %i %s', async (status, code, times) => {
    const calendar = await connectUnharmed(stack, 'microsoft', code);
    const { user, harness, deliver } = calendar;
    const series = user.insertSeries('weekly', 30, 'week');
    user.setLocation(series, 'https://meet.google.com/abc-defg-hij');
    await deliver('push');
    const occurrences = (await harness.stored(calendar.calendarId)).filter(({ name }) => name === 'weekly');
    const bot = await harness.schedule(occurrences[1]?.id ?? '');
    disturbReadings(calendar, graph(status, code), times);
    user.rename(series, 'renamed');
    user.insert('new', 40);
    await deliver('push');
    stack.local.advanceClock(2 * minute);
    await deliver('schedule');
    await calendar.expectUnharmed();
    expect(await namesOf(calendar)).toContain('new');
    expect(await findBot(harness.table, harness.projectId, bot.id)).toMatchObject({ state: 'scheduled' });
    user.recover();
    stack.local.advanceClock(hour);
    await deliver('schedule');
    await calendar.expectUnharmed();
    await calendar.expectHealed();
    expect(await findBot(harness.table, harness.projectId, bot.id)).toMatchObject({ state: 'scheduled' });
  });
});

/** Rounds that bring the same items under ever new links (https://github.com/microsoftgraph/msgraph-sdk-dotnet/issues/3082). */
function repeatForEver({ user }: UnharmedCalendar): void {
  const items = Array.from({ length: 278 }, (_none, index) => ({ id: `item${index}`, status: 'confirmed' }));
  for (const on of ['list', 'delta'] as const) {
    for (let page = 0; page < 500; page += 1) {
      const next =
        user.platform === 'google'
          ? { items, timeZone: 'UTC', nextPageToken: `t${page}` }
          : {
              value: items,
              '@odata.nextLink': `${stack.microsoft.url}/v1.0/me/calendarView/delta?$skiptoken=${on}${page}`,
            };
      user.answer(on, { status: 200, body: next }, 1);
    }
    // The simulators read tokens they do not know as another kind of request.
    user.answer(on, { status: 503 });
  }
}

it.each(['google', 'microsoft'] as const)(
  'Pages of %s that never end cost some hundred requests an hour, are shown, and harm nothing',
  { timeout: 60_000 },
  async (platform) => {
    const calendar = await connectUnharmed(stack, platform, platform);
    const { user, uuid, passTime } = calendar;
    repeatForEver(calendar);
    user.rename(uuid, 'renamed');
    const before = user.requests();
    await calendar.deliver('push');
    await passTime(hour);
    expect(user.requests() - before).toBeLessThan(300);
    await calendar.expectUnharmed();
    await calendar.expectSeen();
    user.recover();
    await passTime(hour);
    await calendar.expectUnharmed();
    await calendar.expectHealed();
  },
);
