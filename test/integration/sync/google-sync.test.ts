import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { googleFaults } from '../../../infra/local/simulators/google/google-faults.ts';
import { timestampOf } from '../../../shared/domain/timestamp.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';
import { createSyncHarness, type SyncHarness, storedLines, trueLines } from '../../support/sync-harness.ts';

const hour = 3_600_000;
const zone = 'Europe/Berlin';

let stack: TestStack;
let harness: SyncHarness;
let account: ReturnType<TestStack['google']['addAccount']>;
let platformCalendar: string;
let calendarId: string;
let users = 0;

beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.close());

beforeEach(async () => {
  users += 1;
  harness = createSyncHarness(stack.local, stack.google);
  account = stack.google.addAccount({ email: `user-${users}@example.com` });
  platformCalendar = stack.google.addCalendar(account, { primary: true, timeZone: zone });
  calendarId = (await harness.connect(null, account)).id;
});

const at = (hours: number) => ({ dateTime: new Date(stack.local.now() + hours * hour).toISOString() });
const meeting = (summary: string, hours: number) => ({ summary, start: at(hours), end: at(hours + 1) });
const calls = (kind: string): number =>
  stack.google.requests.filter((request) => request.kind === kind && request.account === account.email).length;
const expectEqualWindows = async (): Promise<void> => {
  expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, stack.google, platformCalendar, zone));
};
const byName = async (name: string) => (await harness.stored(calendarId)).find((event) => event.name === name);

describe('a first sync', () => {
  it('lists the window in one call, opens a channel first, and announces what it found once', async () => {
    stack.google.insertEvent(platformCalendar, meeting('inside', 2));
    stack.google.insertEvent(platformCalendar, meeting('far away', 24 * 60));
    expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'ok' });

    await expectEqualWindows();
    expect([calls('token'), calls('watch'), calls('list'), calls('delta')]).toEqual([1, 1, 1, 0]);
    expect(harness.facts).toHaveLength(1);
    expect(harness.facts[0]).toMatchObject({
      trigger: 'calendar.events_update',
      data: { created: 1, changed: 0, deleted: 0, state: 'connected' },
    });
    const { sync, outbox } = await harness.load(calendarId);
    expect(outbox).toEqual([]);
    expect(sync.last_successful_sync_at).toBeDefined();
  });

  it('of 2,500 events takes at most 3 list calls and one transaction per 96 events', async () => {
    stack.google.insertMany(
      platformCalendar,
      Array.from({ length: 2500 }, (_, index) => meeting(`event ${index}`, 1 + (index % 600))),
    );
    harness.calls.made = 0;
    await harness.deliver(calendarId, 'create');
    await expectEqualWindows();
    expect(calls('list')).toBeLessThanOrEqual(3);
    expect(harness.calls.made).toBeLessThan(2500 / 96 + 12);
    expect(harness.facts.map(({ data }) => data.created)).toEqual([2500]);
  });

  it('of an empty calendar succeeds and announces nothing', async () => {
    expect(await harness.deliver(calendarId, 'create')).toEqual({ kind: 'ok' });
    expect(harness.facts).toEqual([]);
  });

  it('follows pages to the end, through empty ones', async () => {
    stack.google.switches.emptyPages = 2;
    stack.google.insertEvent(platformCalendar, meeting('behind empty pages', 2));
    await harness.deliver(calendarId, 'create');
    stack.google.switches.emptyPages = 0;
    await expectEqualWindows();
  });
});

describe('a later sync', () => {
  beforeEach(async () => {
    stack.google.insertEvent(platformCalendar, meeting('standing', 2));
    await harness.deliver(calendarId, 'create');
    harness.facts.length = 0;
  });

  it('costs one delta call, one read and one write when nothing changed', async () => {
    const before = await harness.stored(calendarId);
    const tokens = calls('token');
    harness.calls.made = 0;
    stack.google.touch(platformCalendar);
    expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'ok' });
    // Read of the calendar, delta call, bookkeeping write.
    expect(harness.calls.made).toBe(3);
    expect([calls('delta'), calls('token') - tokens]).toEqual([1, 0]);
    expect(await harness.stored(calendarId)).toEqual(before);
    expect(harness.facts).toEqual([]);
  });

  it('writes nothing for an event that is delivered again as it was', async () => {
    const [event] = await harness.stored(calendarId);
    stack.google.touch(platformCalendar, event?.platform_uuid);
    await harness.deliver(calendarId, 'push');
    expect((await harness.stored(calendarId))[0]?.updated_at).toBe(event?.updated_at);
    expect(harness.facts).toEqual([]);
  });

  it('applies changes, deletions and returns, and moves updated_at only then', async () => {
    const created = await byName('standing');
    const uuid = created?.platform_uuid ?? '';
    stack.google.patchEvent(platformCalendar, uuid, {
      summary: 'renamed',
      location: 'https://meet.google.com/abc-defg-hij',
    });
    await harness.deliver(calendarId, 'push');
    const renamed = await byName('renamed');
    expect(renamed).toMatchObject({
      id: created?.id,
      created_at: created?.created_at,
      meeting_url: 'https://meet.google.com/abc-defg-hij',
      is_deleted: false,
    });
    expect(String(renamed?.updated_at) > String(created?.updated_at)).toBe(true);

    stack.google.deleteEvent(platformCalendar, uuid);
    await harness.deliver(calendarId, 'push');
    expect(await byName('renamed')).toMatchObject({ id: created?.id, is_deleted: true });

    stack.google.patchEvent(platformCalendar, uuid, { status: 'confirmed' });
    await harness.deliver(calendarId, 'push');
    expect(await byName('renamed')).toMatchObject({ id: created?.id, is_deleted: false });
    await expectEqualWindows();
    expect(harness.facts.map(({ data }) => [data.created, data.changed, data.deleted])).toEqual([
      [0, 1, 0],
      [0, 0, 1],
      [0, 1, 0],
    ]);
  });

  it('follows an event out of the window and back, and ignores one that was never in it', async () => {
    const uuid = (await byName('standing'))?.platform_uuid ?? '';
    stack.google.patchEvent(platformCalendar, uuid, { start: at(24 * 50), end: at(24 * 50 + 1) });
    stack.google.insertEvent(platformCalendar, meeting('never inside', 24 * 70));
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();
    expect(await harness.stored(calendarId)).toHaveLength(1);

    stack.google.patchEvent(platformCalendar, uuid, { start: at(5), end: at(6) });
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();
    expect(await harness.stored(calendarId)).toHaveLength(1);
  });

  it('lists anew after 410, with or without a reason, and after a worthless token', async () => {
    for (const spoil of [
      () => stack.google.expireSyncTokens(platformCalendar),
      () => {
        stack.google.switches.goneWithoutReason = true;
        stack.google.expireSyncTokens(platformCalendar);
      },
      () =>
        stack.google.faults.push({
          on: 'delta',
          account: account.email,
          times: 1,
          outcome: googleFaults.invalidSyncToken,
        }),
    ]) {
      const lists = calls('list');
      spoil();
      stack.google.deleteEvent(
        platformCalendar,
        stack.google.insertEvent(platformCalendar, meeting('gone at once', 3)),
      );
      stack.google.insertEvent(platformCalendar, meeting('while the token was dead', 4));
      expect(await harness.deliver(calendarId, 'push')).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      expect(calls('list')).toBe(lists + 1);
    }
    stack.google.switches.goneWithoutReason = false;
  });
});

describe('series', () => {
  const series = (summary: string, rule: string) => ({ ...meeting(summary, 2), recurrence: [`RRULE:${rule}`] });
  const timed = (start: { dateTime: string }) => ({ ...start, timeZone: zone });

  it('keeps up with moved, deleted and split instances and a deleted series', async () => {
    const { start, end } = meeting('x', 2);
    const id = stack.google.insertEvent(platformCalendar, {
      ...series('daily', 'FREQ=DAILY'),
      start: timed(start),
      end: timed(end),
    });
    await harness.deliver(calendarId, 'create');
    await expectEqualWindows();
    const instances = (await harness.stored(calendarId)).map(({ platform_uuid }) => platform_uuid);
    expect(instances.length).toBeGreaterThan(27);

    stack.google.moveInstance(platformCalendar, instances[3] ?? '', { start: timed(at(75)), end: timed(at(76)) });
    stack.google.deleteInstance(platformCalendar, instances[5] ?? '');
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();

    stack.google.splitSeries(platformCalendar, instances[10] ?? '', { summary: 'from here on' });
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();

    stack.google.deleteSeries(platformCalendar, id);
    await harness.deliver(calendarId, 'push');
    await expectEqualWindows();
  });

  it('drops the instances Google no longer reports of a deleted series', async () => {
    harness.deps.window = { pastDays: 1, futureDays: 300 };
    const { start, end } = meeting('x', 2);
    const id = stack.google.insertEvent(platformCalendar, {
      ...series('weekly', 'FREQ=WEEKLY'),
      start: timed(start),
      end: timed(end),
    });
    await harness.deliver(calendarId, 'create');
    expect(await harness.stored(calendarId)).toHaveLength(43);
    stack.google.deleteSeries(platformCalendar, id);
    await harness.deliver(calendarId, 'push');
    expect((await harness.stored(calendarId)).filter(({ is_deleted }) => !is_deleted)).toEqual([]);
  });
});

describe('all-day events', () => {
  it('begin and end at midnight in the calendar’s own zone, and move with it', async () => {
    const today = Temporal.Instant.fromEpochMilliseconds(stack.local.now()).toZonedDateTimeISO(zone).toPlainDate();
    const [first, last] = [today.add({ days: 10 }), today.add({ days: 12 })];
    const midnight = (date: Temporal.PlainDate, timeZone: string) =>
      timestampOf(date.toZonedDateTime(timeZone).epochMilliseconds);
    stack.google.insertEvent(platformCalendar, {
      summary: 'offsite',
      start: { date: first.toString() },
      end: { date: last.toString() },
    });
    await harness.deliver(calendarId, 'create');
    expect(await byName('offsite')).toMatchObject({
      is_all_day: true,
      start_time: midnight(first, zone),
      end_time: midnight(last, zone),
    });
    stack.google.patchCalendar(platformCalendar, { timeZone: 'America/New_York' });
    stack.google.insertEvent(platformCalendar, meeting('causes a push', 3));
    await harness.deliver(calendarId, 'push');
    expect(await byName('offsite')).toMatchObject({ start_time: midnight(first, 'America/New_York') });
  });
});
