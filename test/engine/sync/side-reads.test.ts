import { beforeEach, describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { microsoftFaults } from '../../../local/simulators/microsoft/microsoft-faults.ts';
import type { MicrosoftRequestKind } from '../../../local/simulators/microsoft/route-request.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const always = 10_000;
const minute = 60_000;

let calendar: ConnectedCalendar;
let user: ConnectedCalendar['user'];

const fault = (on: MicrosoftRequestKind, outcome: FaultOutcome, times = always): void => {
  stack.microsoft.faults.push({ on, account: user.account.email, times, outcome });
};
const graph = (status: number, code: string): FaultOutcome => ({ status, body: { error: { code, message: code } } });
const deletions = (): number => calendar.counts().reduce((sum, [, , deleted]) => sum + Number(deleted ?? 0), 0);
const named = async (name: string): Promise<number> =>
  (await calendar.living()).filter((event) => event.name === name).length;

const connect = async (platform: 'google' | 'microsoft'): Promise<void> => {
  stack.google.faults.length = 0;
  stack.microsoft.faults.length = 0;
  calendar = await connectCalendar(stack, platform);
  ({ user } = calendar);
};

describe('A series of Microsoft', () => {
  let series: string;
  beforeEach(async () => {
    await connect('microsoft');
    series = user.insertSeries('weekly', 2, 'week');
    await calendar.sync('create');
    calendar.harness.notifications.length = 0;
  });

  // https://github.com/microsoftgraph/microsoft-graph-docs/pull/1473
  it.each([
    [504, 'UnknownError'],
    [500, 'ErrorInternalServerError'],
    [403, 'ErrorAccessDenied'],
    [400, 'ErrorInvalidRecurrenceRange'],
    [401, 'InvalidAuthenticationToken'],
    [429, 'TooManyRequests'],
  ])(
    'whose instances answer %i %s stops nothing, is counted, and is equal once it can be read',
    async (status, code) => {
      fault('instances', graph(status, code));
      const count = (await calendar.living()).length;
      user.rename(series, 'renamed');
      user.insert('new', 3);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      expect(await named('new')).toBe(1);
      expect(await calendar.living()).toHaveLength(count + 1);
      const { runs, reading } = (await calendar.load()).sync;
      expect(runs.at(-1)).toMatchObject({ skipped: 1, deleted: 0 });
      expect(reading.skipped_series).toMatchObject({ ids: [series], tries: 1 });

      stack.microsoft.faults.length = 0;
      stack.local.advanceClock(2 * minute);
      await calendar.sync('schedule');
      await calendar.expectEqualWindows();
      expect((await calendar.load()).sync.reading.skipped_series).toBeUndefined();
      expect(deletions()).toBe(0);
    },
  );

  it('that stays unreadable is asked for after growing pauses, at least once an hour', async () => {
    fault('instances', graph(504, 'UnknownError'));
    user.rename(series, 'renamed');
    await calendar.sync();
    const pauses: number[] = [];
    for (let run = 0; run < 9; run += 1) {
      const { reading, due_at } = (await calendar.load()).sync;
      const next = Date.parse(reading.skipped_series?.next_try_at ?? '') - stack.local.now();
      expect(Date.parse(due_at ?? '')).toBeLessThanOrEqual(stack.local.now() + next);
      pauses.push(Math.ceil(next / minute));
      stack.local.advanceClock(next + 1);
      await calendar.sync('schedule');
    }
    expect(pauses).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  // https://github.com/OpenWhispr/openwhispr/pull/1835
  it('whose instances answer one stray 404 loses no occurrence', async () => {
    fault('instances', microsoftFaults.itemNotFound, 1);
    user.rename(series, 'renamed');
    await calendar.sync();
    expect(deletions()).toBe(0);
    stack.local.advanceClock(2 * minute);
    await calendar.sync('schedule');
    await calendar.expectEqualWindows();
  });

  // https://github.com/microsoftgraph/microsoft-graph-docs/issues/15611
  it('whose instances come without the exceptions keeps a moved occurrence', async () => {
    const [, second] = await calendar.living();
    stack.microsoft.switches.instancesWithoutExceptions = true;
    try {
      user.move(second?.platform_uuid ?? '', 200);
      await calendar.sync();
      await calendar.expectEqualWindows();
      user.rename(series, 'renamed');
      await calendar.sync();
      await calendar.expectEqualWindows();
      expect(deletions()).toBe(0);
    } finally {
      stack.microsoft.switches.instancesWithoutExceptions = false;
    }
  });

  it('with every single read refused for a while loses nothing, and is equal soon after', async () => {
    for (const kind of ['event', 'instances', 'batch'] as const) fault(kind, microsoftFaults.itemNotFound, 40);
    user.rename(series, 'renamed');
    user.insert('new', 3);
    expect(await calendar.sync()).toEqual({ kind: 'ok' });
    expect(await named('new')).toBe(1);
    stack.microsoft.faults.length = 0;
    stack.local.advanceClock(2 * minute);
    await calendar.sync('schedule');
    await calendar.expectEqualWindows();
    expect(deletions()).toBe(0);
  });
});

describe('An occurrence of Microsoft without its master', () => {
  it.each([
    [403, 'ErrorAccessDenied'],
    [404, 'ErrorItemNotFound'],
    [400, 'ErrorInvalidIdMalformed'],
    [500, 'ErrorInternalServerError'],
  ])('that answers %i %s for good stops neither the first sync nor later ones', async (status, code) => {
    await connect('microsoft');
    user.insertSeries('weekly', 2, 'week');
    user.insert('first', 2);
    stack.microsoft.switches.absentMasters = true;
    fault('event', graph(status, code));
    try {
      expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
      user.insertSeries('another', 4, 'week');
      user.insert('second', 3);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
    } finally {
      stack.microsoft.switches.absentMasters = false;
    }
    expect([await named('first'), await named('second')]).toEqual([1, 1]);
    expect((await calendar.load()).sync.runs.at(-1)?.skipped).toBeGreaterThan(0);

    stack.microsoft.faults.length = 0;
    stack.local.advanceClock(5 * minute);
    await calendar.sync('schedule');
    await calendar.expectEqualWindows();
  });
});

describe('An all-day event in an unknown zone', () => {
  it('stays as it is while the settings of the mailbox cannot be read, and is read later', async () => {
    await connect('microsoft');
    const day = (offset: number) =>
      `${new Date(stack.local.now() + offset * 86_400_000).toISOString().slice(0, 10)}T00:00:00`;
    stack.microsoft.insertEvent(user.calendar, {
      subject: 'offsite',
      isAllDay: true,
      start: { dateTime: day(3), timeZone: 'UTC' },
      end: { dateTime: day(4), timeZone: 'UTC' },
      originalStartTimeZone: 'tzone://Microsoft/Custom',
    });
    user.insert('standing', 2);
    fault('mailboxSettings', microsoftFaults.serviceUnavailable);
    expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
    expect(await named('standing')).toBe(1);
    expect(await named('offsite')).toBe(0);
    expect((await calendar.load()).sync.reading.relisting).toMatchObject({ tries: 1 });
    stack.microsoft.faults.length = 0;
    stack.local.advanceClock(2 * minute);
    await calendar.sync('schedule');
    expect(await named('offsite')).toBe(1);
  });
});

// https://github.com/t4t5/rencal/issues/99
it('Instances of Google stay when two others are cancelled and their master answers one stray 404', async () => {
  await connect('google');
  user.insertSeries('weekly', 2, 'week');
  await calendar.sync('create');
  calendar.harness.notifications.length = 0;
  const [first, second, ...others] = await calendar.living();
  for (const event of [first, second]) user.remove(event?.platform_uuid ?? '');
  stack.google.faults.push({ on: 'event', account: user.account.email, times: 1, outcome: googleFaults.notFound });
  expect(await calendar.sync()).toEqual({ kind: 'ok' });
  expect(deletions()).toBe(2);
  expect(await calendar.living()).toHaveLength(others.length);
  await calendar.expectEqualWindows();
});
