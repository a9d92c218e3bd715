import { beforeEach, describe, expect, it } from 'vitest';
import { patchCalendar } from '../../../shared/calendars/calendar-store.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { writeAll } from '../../../shared/store/write-all.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const hours = (count: number): number => count * 3_600_000;
const days = 24;

describe.each(['google', 'microsoft'] as const)('The window of a calendar of %s', (platform) => {
  let calendar: ConnectedCalendar;
  let harness: ConnectedCalendar['harness'];
  let user: ConnectedCalendar['user'];
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
    ({ harness, user } = calendar);
  });
  const names = async () => (await calendar.living()).map(({ name }) => String(name)).sort();

  it('shows no event before it begins within 28 days, and then without asking the provider', async () => {
    user.insert('standing', 2);
    user.insert('soon', 28 * days + 1);
    user.insert('later', 28 * days + 20);
    await calendar.sync('create');
    expect(await names()).toEqual(['standing']);
    const { lookahead_due_at: revealAt, due_at: dueAt } = (await calendar.load()).sync;
    expect(Math.abs(millisOf(revealAt ?? expect.fail('nothing ahead')) - stack.local.now() - hours(1))).toBeLessThan(
      10_000,
    );
    expect(dueAt).toBe(revealAt);

    stack.local.advanceClock(hours(1) + 2000);
    const requests = user.requests();
    harness.notifications.length = 0;
    expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
    expect(await names()).toEqual(['soon', 'standing']);
    expect(calendar.counts()).toEqual([[1, 0, 0]]);
    expect(user.requests()).toBe(requests);
    await calendar.expectEqualWindows();

    // Nothing is lost of what lies further ahead, and a run without a reason costs a look at the provider only.
    stack.local.advanceClock(hours(19) + 2000);
    await calendar.sync('push');
    expect(await names()).toEqual(['later', 'soon', 'standing']);
    await calendar.expectEqualWindows();
  });

  it('follows events that change ahead of it', async () => {
    const [moved, renamed, removed] = ['moved', 'renamed', 'removed'].map((name) => user.insert(name, 28 * days + 2));
    await calendar.sync('create');
    user.move(moved ?? '', 28 * days + 9);
    user.rename(renamed ?? '', 'with another name');
    user.remove(removed ?? '');
    user.insert('made since', 28 * days + 3);
    await calendar.sync();
    expect(harness.notifications.map(({ trigger }) => trigger)).toEqual(['calendar.first_sync']);
    expect(await names()).toEqual([]);
    stack.local.advanceClock(hours(4));
    await calendar.sync('schedule');
    expect(await names()).toEqual(['made since', 'with another name']);
    await calendar.expectEqualWindows();
    stack.local.advanceClock(hours(6));
    await calendar.sync('schedule');
    expect(await names()).toEqual(['made since', 'moved', 'with another name']);
  });

  it('is listed once a day, with nothing to correct', async () => {
    user.insertSeries('daily', 3, 'day');
    user.insert('single', 5);
    await calendar.sync('create');
    for (let day = 0; day < 3; day += 1) {
      stack.local.advanceClock(hours(24));
      await calendar.sync('schedule');
      await calendar.expectEqualWindows();
    }
    expect(user.calls('list')).toBe(4);
    const { runs } = (await calendar.load()).sync;
    expect(runs.map(({ drift, outcome }) => [drift, outcome])).toEqual(runs.map(() => [0, 'ok']));
    expect((await calendar.load()).sync.push.silent_since).toBeUndefined();
  });

  it('is corrected by the listing where no change was reported, and the correction is counted', async () => {
    const uuid = user.insert('true', 5);
    user.insert('other', 6);
    await calendar.sync('create');
    const stored = await calendar.byName('true');
    const PK = `EVENTS#${harness.projectId}#${calendar.id}`;
    await writeAll(harness.table, [{ DeleteRequest: { Key: { PK, SK: stored?.id ?? '' } } }]);
    stack.local.advanceClock(hours(24));
    await calendar.sync('schedule');
    expect((await calendar.byName('true'))?.platform_uuid).toBe(uuid);
    expect((await calendar.load()).sync.runs?.at(-1)).toMatchObject({ drift: 1, created: 1 });
  });

  it('is listed at once when it reaches further than the last listing did', async () => {
    await calendar.sync('create');
    user.insert('far', 35 * days);
    await calendar.sync();
    stack.local.advanceClock(hours(10 * days));
    await calendar.sync('push');
    expect(user.calls('list')).toBe(2);
    expect(await names()).toEqual(['far']);
    await calendar.expectEqualWindows();
  });

  it('can be set for one calendar', async () => {
    user.insert('far', 300 * days);
    user.insert('near', 3);
    user.insert('past', -30 * days);
    await calendar.sync('create');
    expect(await names()).toEqual(['near']);
    const patch = async (sync_window: { past_days?: number; future_days?: number }) => {
      const { clock } = harness.deps;
      await patchCalendar(
        harness.table,
        (await calendar.load()).calendar,
        { sync_window, updated_at: clock.stamp() },
        { syncDueAt: clock.stamp(), hasNewGrant: false },
      );
      expect(await calendar.sync('patch')).toEqual({ kind: 'ok' });
    };
    await patch({ past_days: 60, future_days: 400 });
    expect(await names()).toEqual(['far', 'near', 'past']);
    expect((await calendar.load()).sync.runs?.at(-1)).toMatchObject({ trigger: 'patch', drift: 0, created: 2 });
    await patch({ future_days: 300 });
    expect(user.calls('list')).toBe(3);
  });
});
