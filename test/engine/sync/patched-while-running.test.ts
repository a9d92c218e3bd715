import { beforeEach, describe, expect, it } from 'vitest';
import { loadAccount } from '../../../shared/accounts/account-store.ts';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { type CalendarChanges, updateCalendar } from '../../../shared/calendars/update-calendar.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { syncCalendar } from '../../../shared/sync/sync-calendar.ts';
import type { SyncOutcome } from '../../../shared/sync/sync-run.ts';
import { loadCalendar } from '../../../shared/sync/sync-store.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;
const day = 24 * 60 * minute;

describe.each(platforms)('A PATCH during a sync of %s', (platform) => {
  let calendar: ConnectedCalendar;
  let sentAt: number;
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
  });

  const patch = async (changes: CalendarChanges): Promise<void> => {
    const { deps, table } = calendar.harness;
    const { calendar: row } = await calendar.load();
    await updateCalendar({ ...deps, table }, row, changes);
    sentAt = stack.local.now();
    // The run that is under way waits for its provider.
    stack.local.advanceClock(1_500);
  };
  /** The PATCH comes before a run's n-th call: the first loads the calendar, the second gets its token. */
  const patchBefore = (call: number, changes: CalendarChanges): void => {
    calendar.harness.calls.made = 0;
    calendar.harness.calls.interlude = { before: call, work: () => patch(changes) };
  };
  const deliverPatch = (): Promise<SyncOutcome> =>
    syncCalendar(calendar.harness.deps, {
      calendar_id: calendar.id,
      trigger: 'patch',
      sentAt,
      attempt: 1,
      remainingMs: () => minute,
    });

  it('of its window is applied by the next message, although that sync began to read after the PATCH', async () => {
    calendar.user.insert('in two months', 60 * 24);
    patchBefore(2, { sync_window: { future_days: 90 } });
    expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
    expect(await calendar.living()).toEqual([]);
    expect(await deliverPatch()).toEqual({ kind: 'ok' });
    expect((await calendar.living()).map(({ name }) => name)).toEqual(['in two months']);
    // Nothing is left to do for another message of the same PATCH.
    expect(await deliverPatch()).toEqual({ kind: 'dropped' });
  });

  it('of its refresh token is used by the next message', async () => {
    // Reads of calendar, policy and account: the PATCH comes before the former token is granted an access token.
    patchBefore(4, { refresh_token: calendar.user.account.refreshToken });
    await calendar.sync('create');
    const tokens = calendar.user.calls('token');
    const { account_id: id } = (await calendar.load()).calendar;
    expect(await loadAccount(calendar.harness.table, id)).toMatchObject({ grant_version: 2 });
    expect(await deliverPatch()).toEqual({ kind: 'ok' });
    expect(calendar.user.calls('token')).toBe(tokens + 1);
    expect(await loadCalendar(calendar.harness.table, calendar.id)).toMatchObject({ accessToken: { grant: 2 } });
  });

  it('of its client secret connects the calendar, although the wrong one was refused meanwhile', async () => {
    const { clientSecret } = calendar.user.account;
    await patch({ client_secret: 'wrong' });
    calendar.user.fault('token', 'operatorMistake');
    patchBefore(2, { client_secret: clientSecret });
    await calendar.sync('create');
    expect(await deliverPatch()).toEqual({ kind: 'ok' });
    expect((await calendar.load()).calendar.state).toBe('connected');
    expect((await calendar.load()).sync.last_successful_sync_at).toBeDefined();
  });

  it.each([
    ['writes nothing but its state', 0],
    ['commits events', 3],
  ])('keeps its timer when the sync %s, in case the message of the PATCH is lost', async (_case, events) => {
    await calendar.sync('create');
    calendar.user.insertMany(Array.from({ length: events }, (_, index) => ({ name: `new ${index}`, hours: 1 })));
    patchBefore(2, { sync_window: { future_days: 90 } });
    await calendar.sync('push');
    const { sync } = await calendar.load();
    expect(millisOf(sync.due_at ?? expect.fail('no timer')) - sentAt).toBeLessThanOrEqual(2 * minute);
    await calendar.sync('schedule');
    expect((await calendar.load()).sync.listing?.window).toBe('1/90');
    expect(millisOf((await calendar.load()).sync.due_at ?? expect.fail('no timer')) - sentAt).toBeLessThan(2 * day);
    expect(await calendar.living()).toHaveLength(events);
  });
});
