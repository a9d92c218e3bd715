import { Temporal } from 'temporal-polyfill';
import { beforeEach, describe, expect, it } from 'vitest';
import { googleFaults } from '../../../local/simulators/google/google-faults.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import { createSyncHarness, type SyncHarness } from '../../support/sync-harness.ts';
import { useStack } from '../../support/use-stack.ts';
import { storedLines, trueLines } from '../../support/window-lines.ts';

const zone = 'Europe/Berlin';

const stack = useStack();
let harness: SyncHarness;
let user: SimulatedUser;
let calendarId: string;

beforeEach(async () => {
  harness = createSyncHarness(stack);
  user = simulateUser(stack, 'google', { zone });
  calendarId = (await harness.connect(user)).id;
});

const expectEqualWindows = async (): Promise<void> => {
  expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, user));
};
const fault = (on: 'list' | 'delta' | 'token', outcome: object): void => {
  stack.google.faults.push({ on, account: user.account.email, times: 1, outcome });
};

describe('a sync token of Google', () => {
  it.each([
    ['410 without a reason', () => fault('delta', googleFaults.goneWithoutReason)],
    ['400 that calls it invalid', () => fault('delta', googleFaults.invalidSyncToken)],
  ])('refused by %s leads to a new listing', async (_case, spoil) => {
    await harness.deliver(calendarId, 'create');
    spoil();
    user.insert('while the token was dead', 4);
    expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'ok' });
    await expectEqualWindows();
    expect(user.calls('list')).toBe(2);
  });
});

it('A sync of Google is retried after the time that Retry-After asks for', async () => {
  fault('list', googleFaults.tooManyRequests(7));
  expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'retry', delayMs: 7000 });
});

it('A listing of 2,500 events of Google takes at most 3 calls', async () => {
  user.insertMany(Array.from({ length: 2500 }, (_, index) => ({ name: `event ${index}`, hours: 1 + (index % 600) })));
  await harness.deliver(calendarId, 'create');
  expect(user.calls('list')).toBeLessThanOrEqual(3);
});

describe('A series of Google', () => {
  it('that is split in two ("this and following") is followed', async () => {
    user.insertSeries('daily', 2, 'day');
    await harness.deliver(calendarId, 'create');
    const instances = await harness.stored(calendarId);
    stack.google.splitSeries(user.calendar, instances[10]?.platform_uuid ?? '', { summary: 'from here on' });
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();
  });

  it('that is deleted is deleted with the instances that Google no longer reports', async () => {
    harness.deps.window = { pastDays: 1, futureDays: 300 };
    const id = user.insertSeries('weekly', 2, 'week');
    await harness.deliver(calendarId, 'create');
    expect(await harness.stored(calendarId)).toHaveLength(43);
    user.remove(id);
    await harness.deliver(calendarId, 'push');
    expect((await harness.stored(calendarId)).filter(({ is_deleted }) => !is_deleted)).toEqual([]);
  });
});

it('A deleted event of Google that is restored is the same event', async () => {
  const uuid = user.insert('comes back', 2);
  await harness.deliver(calendarId, 'create');
  const [before] = await harness.stored(calendarId);
  user.remove(uuid);
  await harness.deliver(calendarId, 'push');
  stack.google.patchEvent(user.calendar, uuid, { status: 'confirmed' });
  await harness.deliver(calendarId, 'push');
  expect(await harness.stored(calendarId)).toMatchObject([{ id: before?.id, is_deleted: false }]);
});

it('All-day events of Google move when their calendar moves to another zone', async () => {
  const today = Temporal.Instant.fromEpochMilliseconds(stack.local.now()).toZonedDateTimeISO(zone).toPlainDate();
  const day = today.add({ days: 10 });
  user.insertAllDay('offsite', day.toString(), day.add({ days: 1 }).toString());
  await harness.deliver(calendarId, 'create');
  const start = (timeZone: string) => timestampOf(day.toZonedDateTime(timeZone).epochMilliseconds);
  expect(await harness.stored(calendarId)).toMatchObject([{ start_time: start(zone) }]);
  stack.google.patchCalendar(user.calendar, { timeZone: 'America/New_York' });
  user.insert('causes a push', 3);
  await harness.deliver(calendarId, 'push');
  const offsite = (await harness.stored(calendarId)).find(({ name }) => name === 'offsite');
  expect(offsite).toMatchObject({ start_time: start('America/New_York') });
});

it('A scope that the user did not grant disconnects the calendar', async () => {
  for (let attempt = 1; attempt <= 3; attempt += 1) fault('list', googleFaults.insufficientPermissions);
  expect(await harness.finish(calendarId, 'create')).toEqual({ kind: 'disconnected' });
  expect((await harness.load(calendarId)).calendar.connection_failure_data?.code).toBe('consent_missing');
});

it('An API that the operator has not enabled leaves the calendar connected', async () => {
  fault('list', googleFaults.accessNotConfigured);
  expect(await harness.deliver(calendarId, 'create')).toMatchObject({ kind: 'retry' });
  expect((await harness.load(calendarId)).sync.failing?.code).toBe('api_not_enabled');
  expect((await harness.load(calendarId)).calendar.state).toBe('connected');
});

it('A calendar for which Google does not push is polled, and watch is not tried again', async () => {
  const account = stack.google.addAccount({ email: `${calendarId}@example.com` });
  const holidays = stack.google.addCalendar(account, { id: `${calendarId}-holidays`, watchable: false });
  const { id } = await harness.connect({ platform: 'google', account }, { platformUuid: holidays });
  await harness.deliver(id, 'create');
  await harness.deliver(id, 'schedule');
  expect(stack.google.count('watch', { account: account.email })).toBe(1);
  const { sync } = await harness.load(id);
  expect(Date.parse(sync.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * 60_000);
});
