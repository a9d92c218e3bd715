import { Temporal } from 'temporal-polyfill';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/domain/timestamp.ts';
import { type SimulatedUser, simulateUser } from '../../support/simulated-user.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';
import { createSyncHarness, type SyncHarness, storedLines, trueLines } from '../../support/sync-harness.ts';

let stack: TestStack;
beforeAll(async () => {
  stack = await startTestStack();
});
afterAll(() => stack?.close());

/** What holds for every provider alike; differences are listed in docs/providers.md. */
describe.each(['google', 'microsoft'] as const)('a calendar of %s', (platform) => {
  let harness: SyncHarness;
  let user: SimulatedUser;
  let calendarId: string;

  const connect = async (options: Parameters<typeof simulateUser>[2] = {}): Promise<void> => {
    harness = createSyncHarness(stack);
    user = simulateUser(stack, platform, options);
    const platformUuid = options.secondary ? { platformUuid: user.calendar } : {};
    calendarId = (await harness.connect(user, platformUuid)).id;
  };
  beforeEach(() => connect());

  const sync = (trigger: 'create' | 'push' | 'patch' = 'push', attempt = 1) =>
    harness.deliver(calendarId, trigger, attempt);
  const expectEqualWindows = async (): Promise<void> => {
    expect(await storedLines(harness, calendarId)).toEqual(trueLines(harness, user));
  };
  const byName = async (name: string) => (await harness.stored(calendarId)).find((event) => event.name === name);
  const living = async () => (await harness.stored(calendarId)).filter((event) => !event.is_deleted);
  const counts = () => harness.facts.map(({ data }) => [data.created, data.changed, data.deleted]);
  const stateChanges = () => harness.facts.filter(({ trigger }) => trigger === 'calendar.state_change');

  describe('synced for the first time', () => {
    it('is listed with one token, behind an open channel, and announced once', async () => {
      user.insert('inside', 2);
      user.insert('far away', 24 * 60);
      expect(await sync('create')).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      expect([user.calls('token'), user.calls('open'), user.calls('list'), user.calls('delta')]).toEqual([1, 1, 1, 0]);
      expect(harness.facts).toMatchObject([
        { trigger: 'calendar.events_update', data: { created: 1, changed: 0, deleted: 0, state: 'connected' } },
      ]);
      const { sync: state, outbox } = await harness.load(calendarId);
      expect(outbox).toEqual([]);
      expect(state.last_successful_sync_at).toBeDefined();
      expect(state.channel?.resource_id).toBeDefined();
    });

    it('and empty, succeeds and announces nothing', async () => {
      expect(await sync('create')).toEqual({ kind: 'ok' });
      expect(harness.facts).toEqual([]);
    });

    it('is followed through empty pages', async () => {
      user.emptyPages(2);
      user.insert('behind empty pages', 2);
      await sync('create');
      user.emptyPages(0);
      await expectEqualWindows();
    });

    it('with 2,500 events is written in transactions of 96', async () => {
      user.insertMany(
        Array.from({ length: 2500 }, (_, index) => ({ name: `event ${index}`, hours: 1 + (index % 600) })),
      );
      harness.calls.made = 0;
      await sync('create');
      await expectEqualWindows();
      expect(harness.calls.made).toBeLessThan(2500 / 96 + 12);
      expect(counts()).toEqual([[2500, 0, 0]]);
    });

    it('can be another calendar than the primary one', async () => {
      await connect({ secondary: true });
      user.insert('in the team calendar', 2);
      user.insertSeries('weekly', 3, 'week');
      await sync('create');
      await expectEqualWindows();
      user.insert('later', 4);
      await sync();
      await expectEqualWindows();
    });
  });

  describe('synced again', () => {
    beforeEach(async () => {
      user.insert('standing', 2);
      await sync('create');
      harness.facts.length = 0;
    });

    it('without a change costs one delta call, one read and one write', async () => {
      const before = await harness.stored(calendarId);
      const requests = user.requests();
      harness.calls.made = 0;
      user.touch();
      expect(await sync()).toEqual({ kind: 'ok' });
      expect([harness.calls.made, user.requests() - requests, user.calls('delta')]).toEqual([3, 1, 1]);
      expect(await harness.stored(calendarId)).toEqual(before);
      expect(harness.facts).toEqual([]);
    });

    it('writes nothing for an event that is delivered again as it was', async () => {
      const [event] = await harness.stored(calendarId);
      user.touch(event?.platform_uuid);
      await sync();
      expect((await harness.stored(calendarId))[0]?.updated_at).toBe(event?.updated_at);
      expect(harness.facts).toEqual([]);
    });

    it('takes over changes and deletions, and moves updated_at only then', async () => {
      const created = await byName('standing');
      const uuid = created?.platform_uuid ?? '';
      user.setLocation(uuid, 'https://meet.google.com/abc-defg-hij');
      user.rename(uuid, 'renamed');
      await sync();
      const renamed = await byName('renamed');
      expect(renamed).toMatchObject({
        id: created?.id,
        created_at: created?.created_at,
        meeting_url: 'https://meet.google.com/abc-defg-hij',
        is_deleted: false,
      });
      expect(String(renamed?.updated_at) > String(created?.updated_at)).toBe(true);
      user.remove(uuid);
      await sync();
      expect(await byName('renamed')).toMatchObject({ id: created?.id, is_deleted: true });
      await expectEqualWindows();
      expect(counts()).toEqual([
        [0, 1, 0],
        [0, 0, 1],
      ]);
    });

    it('follows an event out of the window and back, and ignores one that was never in it', async () => {
      const uuid = (await byName('standing'))?.platform_uuid ?? '';
      user.move(uuid, 24 * 50);
      user.insert('never inside', 24 * 70);
      await sync();
      await expectEqualWindows();
      expect(await harness.stored(calendarId)).toHaveLength(1);
      user.move(uuid, 5);
      await sync();
      await expectEqualWindows();
      expect(await harness.stored(calendarId)).toHaveLength(1);
      expect(await living()).toHaveLength(1);
    });

    it('lists anew when its sync token is gone', async () => {
      const lists = user.calls('list');
      user.expireSyncTokens();
      user.remove((await byName('standing'))?.platform_uuid ?? '');
      user.insert('while the token was dead', 4);
      expect(await sync()).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      expect(user.calls('list')).toBe(lists + 1);
      expect(counts()).toEqual([[1, 0, 1]]);
    });

    it('refreshes a refused access token once and repeats the call', async () => {
      user.expireAccessTokens();
      user.insert('after the token died', 3);
      expect(await sync()).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      expect(user.calls('token')).toBe(2);
    });
  });

  describe('with series', () => {
    beforeEach(() => connect({ zone: 'Europe/Berlin' }));

    it('keeps up with moved, renamed and deleted instances and a deleted series', async () => {
      const id = user.insertSeries('daily', 2, 'day');
      user.insertSeries('weekly', 5, 'week');
      user.insert('single', 7);
      await sync('create');
      await expectEqualWindows();
      expect((await harness.stored(calendarId)).length).toBeGreaterThan(30);
      const instances = (await harness.stored(calendarId))
        .filter(({ name }) => name === 'daily')
        .map(({ platform_uuid }) => platform_uuid);

      user.move(instances[3] ?? '', 75);
      await sync();
      await expectEqualWindows();
      user.remove(instances[5] ?? '');
      await sync();
      await expectEqualWindows();
      user.rename(instances[7] ?? '', 'renamed once');
      user.rename(id, 'renamed all');
      await sync();
      await expectEqualWindows();
      harness.facts.length = 0;
      user.remove(id);
      await sync();
      await expectEqualWindows();
      expect((await living()).map(({ name }) => name)).toContain('single');
      expect(counts()).toHaveLength(1);
    });
  });

  it('with all-day events has them begin and end at midnight in its own zone', async () => {
    const zone = 'America/New_York';
    await connect({ zone });
    const today = Temporal.Instant.fromEpochMilliseconds(stack.local.now()).toZonedDateTimeISO(zone).toPlainDate();
    const [first, last] = [today.add({ days: 10 }), today.add({ days: 12 })];
    user.insertAllDay('offsite', first.toString(), last.toString());
    await sync('create');
    expect(await byName('offsite')).toMatchObject({
      is_all_day: true,
      start_time: timestampOf(first.toZonedDateTime(zone).epochMilliseconds),
      end_time: timestampOf(last.toZonedDateTime(zone).epochMilliseconds),
    });
    await expectEqualWindows();
  });

  describe('meeting failures', () => {
    it.each([
      ['rateLimited', 'list'],
      ['unavailable', 'list'],
      ['droppedConnection', 'list'],
      ['truncatedJson', 'list'],
      ['tokenUnavailable', 'token'],
    ] as const)('%s of %s: tries again with a growing delay and never disconnects', async (fault, on) => {
      user.insert('standing', 2);
      user.fault(on, fault, 2);
      expect(await sync('create', 1)).toMatchObject({ kind: 'retry' });
      const second = await sync('create', 2);
      expect(second).toMatchObject({ kind: 'retry' });
      expect(second.kind === 'retry' && second.delayMs).toBeGreaterThanOrEqual(1000);
      const { calendar, sync: state } = await harness.load(calendarId);
      expect(calendar.state).toBe('connected');
      expect([state.last_attempted_sync_at !== undefined, state.last_successful_sync_at]).toEqual([true, undefined]);
      expect(await sync('create', 3)).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      expect(stateChanges()).toEqual([]);
    });

    it('gives up for a while after the last retry, with a timer', async () => {
      user.fault('list', 'unavailable', 20);
      expect(await sync('create', 8)).toEqual({ kind: 'failed' });
      expect((await harness.load(calendarId)).sync.due_at).toBeDefined();
    });

    it('of the operator: stays connected and is looked at again', async () => {
      user.fault('token', 'operatorMistake', 5);
      expect(await sync('create')).toEqual({ kind: 'failed' });
      const { calendar, sync: state } = await harness.load(calendarId);
      expect(calendar.state).toBe('connected');
      expect(state.due_at).toBeDefined();
      expect(stateChanges()).toEqual([]);
    });

    it('of its channel: is synced all the same, and polled', async () => {
      user.insert('standing', 2);
      user.fault('open', 'unavailable');
      expect(await sync('create')).toEqual({ kind: 'ok' });
      await expectEqualWindows();
      const { sync: state } = await harness.load(calendarId);
      expect(state.channel).toBeUndefined();
      expect(Date.parse(state.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * 60_000);
    });
  });

  describe('losing access', () => {
    it('disconnects, says so once, costs nothing until a new token comes, and then catches up', async () => {
      user.insert('standing', 2);
      await sync('create');
      user.account.revoked = true;
      user.expireAccessTokens();
      expect(await sync()).toEqual({ kind: 'disconnected' });
      const { calendar } = await harness.load(calendarId);
      expect(calendar).toMatchObject({
        state: 'disconnected',
        connection_failure_data: { code: 'authorization_revoked' },
      });
      expect(calendar.connection_failure_data?.error).toMatch(/^(Google|Microsoft) Authentication error: /);

      const before = user.requests();
      expect(await sync()).toEqual({ kind: 'dropped' });
      expect(user.requests()).toBe(before);
      expect(await sync('patch')).toEqual({ kind: 'disconnected' });
      expect(stateChanges()).toHaveLength(1);

      user.account.revoked = false;
      user.insert('while disconnected', 3);
      expect(await sync('patch')).toEqual({ kind: 'ok' });
      expect((await harness.load(calendarId)).calendar).toMatchObject({
        state: 'connected',
        connection_failure_data: null,
      });
      expect(stateChanges().map(({ data }) => data.state)).toEqual(['disconnected', 'connected']);
      await expectEqualWindows();
      // The channel of the lost grant is not trusted any more.
      expect((await harness.load(calendarId)).sync.channel?.renew_at).toBeDefined();
    });

    it('believes a 404 only when the calendar is really gone', async () => {
      await connect({ secondary: true });
      user.fault('list', 'notFound');
      expect(await sync('create')).toMatchObject({ kind: 'retry' });
      expect(await sync('create', 2)).toEqual({ kind: 'ok' });
      user.removeCalendar();
      expect(await sync()).toEqual({ kind: 'disconnected' });
      expect((await harness.load(calendarId)).calendar.connection_failure_data?.code).toBe('calendar_not_found');
    });
  });
});
