import { Temporal } from 'temporal-polyfill';
import { beforeEach, describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import type { UserOptions } from '../../support/simulated-user-port.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

/** What holds for every provider alike; differences are listed in docs/providers.md. */
describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  let calendar: ConnectedCalendar;
  let harness: ConnectedCalendar['harness'];
  let user: ConnectedCalendar['user'];

  const connect = async (options: UserOptions = {}): Promise<void> => {
    calendar = await connectCalendar(stack, platform, options);
    ({ harness, user } = calendar);
  };
  beforeEach(() => connect());

  describe('that is synced for the first time', () => {
    it('is listed with one token, behind an open channel, and announced once', async () => {
      user.insert('inside', 2);
      user.insert('far away', 24 * 60);
      expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      expect([user.calls('token'), user.calls('open'), user.calls('list'), user.calls('delta')]).toEqual([1, 1, 1, 0]);
      expect(harness.notifications).toMatchObject([
        { trigger: 'calendar.events_update', data: { created: 1, changed: 0, deleted: 0, state: 'connected' } },
        { trigger: 'calendar.first_sync', data: { state: 'connected' } },
      ]);
      const { sync: state, outbox } = await calendar.load();
      expect(outbox).toEqual([]);
      expect(state.last_successful_sync_at).toBeDefined();
      expect(state.push.channel).toMatchObject({ kind: 'live', resource_id: expect.any(String) });
    });

    it('succeeds and announces only that when it is empty', async () => {
      expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
      expect(calendar.triggers()).toEqual(['calendar.first_sync']);
    });

    it('is read through empty pages', async () => {
      user.emptyPages(2);
      user.insert('behind empty pages', 2);
      await calendar.sync('create');
      user.emptyPages(0);
      await calendar.expectEqualWindows();
    });

    it('with 2,500 events is written in transactions of 96', async () => {
      user.insertMany(
        Array.from({ length: 2500 }, (_, index) => ({ name: `event ${index}`, hours: 1 + (index % 600) })),
      );
      harness.calls.made = 0;
      await calendar.sync('create');
      await calendar.expectEqualWindows();
      // Two for each transaction, one for each page, two for the calendar's name, one for the content policy, and those of the run.
      expect(harness.calls.made - user.calls('list')).toBeLessThan((2 * 2500) / 96 + 24);
      expect(calendar.counts()).toEqual([[2500, 0, 0]]);
    });

    it('can be another calendar than the primary one', async () => {
      await connect({ secondary: true });
      user.insert('in the team calendar', 2);
      user.insertSeries('weekly', 3, 'week');
      await calendar.sync('create');
      await calendar.expectEqualWindows();
      user.insert('later', 4);
      await calendar.sync();
      await calendar.expectEqualWindows();
    });
  });

  describe('that is synced again', () => {
    beforeEach(async () => {
      user.insert('standing', 2);
      await calendar.sync('create');
      harness.notifications.length = 0;
    });

    it('costs one delta call, one read and one write without a change', async () => {
      const before = await calendar.stored();
      const requests = user.requests();
      harness.sent.length = 0;
      user.touch();
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      // The first push without a change asks for another look, by a message; its duplicates do not.
      expect(harness.sent.splice(0)).toMatchObject([{ trigger: 'look' }]);
      harness.calls.made = 0;
      user.touch();
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      expect(harness.sent).toEqual([]);
      expect([harness.calls.made, user.requests() - requests, user.calls('delta')]).toEqual([3, 2, 2]);
      expect(await calendar.stored()).toEqual(before);
      expect(harness.notifications).toEqual([]);
    });

    it('writes nothing for an event that is delivered again unchanged', async () => {
      const [event] = await calendar.stored();
      user.touch(event?.platform_uuid);
      await calendar.sync();
      expect((await calendar.stored())[0]?.updated_at).toBe(event?.updated_at);
      expect(harness.notifications).toEqual([]);
    });

    it('stores changes and deletions, and moves updated_at only then', async () => {
      const created = await calendar.byName('standing');
      const uuid = created?.platform_uuid ?? '';
      user.setLocation(uuid, 'https://meet.google.com/abc-defg-hij');
      user.rename(uuid, 'renamed');
      await calendar.sync();
      const renamed = await calendar.byName('renamed');
      expect(renamed).toMatchObject({
        id: created?.id,
        created_at: created?.created_at,
        meeting_url: 'https://meet.google.com/abc-defg-hij',
        is_deleted: false,
      });
      expect(String(renamed?.updated_at) > String(created?.updated_at)).toBe(true);
      user.remove(uuid);
      await calendar.sync();
      expect(await calendar.byName('renamed')).toMatchObject({ id: created?.id, is_deleted: true });
      await calendar.expectEqualWindows();
      expect(calendar.counts()).toEqual([
        [0, 1, 0],
        [0, 0, 1],
      ]);
    });

    it('follows an event out of the window and back, and ignores one that was never in it', async () => {
      const uuid = (await calendar.byName('standing'))?.platform_uuid ?? '';
      user.move(uuid, 24 * 50);
      user.insert('never inside', 24 * 70);
      await calendar.sync();
      await calendar.expectEqualWindows();
      expect(await calendar.stored()).toHaveLength(1);
      user.move(uuid, 5);
      await calendar.sync();
      await calendar.expectEqualWindows();
      expect(await calendar.stored()).toHaveLength(1);
      expect(await calendar.living()).toHaveLength(1);
    });

    it('is listed again when its sync token is gone', async () => {
      const lists = user.calls('list');
      user.expireSyncTokens();
      user.remove((await calendar.byName('standing'))?.platform_uuid ?? '');
      user.insert('while the token was dead', 4);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      expect(user.calls('list')).toBe(lists + 1);
      expect(calendar.counts()).toEqual([[1, 0, 1]]);
    });

    it('refreshes a refused access token once and repeats the call', async () => {
      user.expireAccessTokens();
      user.insert('after the token died', 3);
      expect(await calendar.sync()).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      expect(user.calls('token')).toBe(2);
    });
  });

  describe('with series', () => {
    beforeEach(() => connect({ zone: 'Europe/Berlin' }));

    it('keeps up with moved, renamed and deleted instances and a deleted series', async () => {
      const id = user.insertSeries('daily', 2, 'day');
      user.insertSeries('weekly', 5, 'week');
      user.insert('single', 7);
      await calendar.sync('create');
      await calendar.expectEqualWindows();
      expect((await calendar.stored()).length).toBeGreaterThan(30);
      const instances = (await calendar.stored())
        .filter(({ name }) => name === 'daily')
        .map(({ platform_uuid }) => platform_uuid);

      user.move(instances[3] ?? '', 75);
      await calendar.sync();
      await calendar.expectEqualWindows();
      user.remove(instances[5] ?? '');
      await calendar.sync();
      await calendar.expectEqualWindows();
      user.rename(instances[7] ?? '', 'renamed once');
      user.rename(id, 'renamed all');
      await calendar.sync();
      await calendar.expectEqualWindows();
      harness.notifications.length = 0;
      user.remove(id);
      await calendar.sync();
      await calendar.expectEqualWindows();
      expect((await calendar.living()).map(({ name }) => name)).toContain('single');
      expect(calendar.counts()).toHaveLength(1);
    });
  });

  it('with a series announces a deleted instance, and nothing for an untouched series', async () => {
    const id = user.insertSeries('daily', 2, 'day');
    await calendar.sync('create');
    const instances = (await calendar.living()).map(({ platform_uuid }) => platform_uuid);
    harness.notifications.length = 0;
    user.touch(id);
    await calendar.sync();
    expect(calendar.counts()).toEqual([]);
    user.remove(instances[5] ?? '');
    await calendar.sync();
    expect(calendar.counts()).toEqual([[0, 0, 1]]);
    // The sync that makes a new listing sees the same.
    user.expireSyncTokens();
    await calendar.sync();
    expect(calendar.counts()).toEqual([[0, 0, 1]]);
    await calendar.expectEqualWindows();
  });

  it('with all-day events has them begin and end at midnight in its own zone', async () => {
    const zone = 'America/New_York';
    await connect({ zone });
    const today = Temporal.Instant.fromEpochMilliseconds(stack.local.now()).toZonedDateTimeISO(zone).toPlainDate();
    const [first, last] = [today.add({ days: 10 }), today.add({ days: 12 })];
    user.insertAllDay('offsite', first.toString(), last.toString());
    await calendar.sync('create');
    expect(await calendar.byName('offsite')).toMatchObject({
      is_all_day: true,
      start_time: timestampOf(first.toZonedDateTime(zone).epochMilliseconds),
      end_time: timestampOf(last.toZonedDateTime(zone).epochMilliseconds),
    });
    await calendar.expectEqualWindows();
  });
});
