import { beforeEach, describe, expect, it } from 'vitest';
import { platforms } from '../../../shared/calendars/calendar.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;

/** Pushes whose change is not in the delta yet (https://github.com/KeepSoftwareSimple/compass-calendar/issues/1190). */
describe.each(platforms)('A push of %s that comes before its change is in the delta', (platform) => {
  let calendar: ConnectedCalendar;
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
    calendar.user.insert('standing', 100);
    await calendar.sync('create');
    stack.local.advanceClock(5 * minute);
  });

  const state = async () => (await calendar.load()).sync;
  const names = async () => (await calendar.living()).map(({ name }) => String(name)).sort();
  /** The next deltas are empty, and go on from where the calendar is. */
  const emptyDeltas = async (times: number): Promise<void> => {
    const token = (await state()).sync_token?.value ?? expect.fail('no sync token');
    const account = calendar.user.account.email;
    if (platform === 'google') {
      const body = { items: [], timeZone: 'UTC', nextSyncToken: token };
      stack.google.faults.push({ on: 'delta', account, times, outcome: { status: 200, body } });
    } else {
      const body = { value: [], '@odata.deltaLink': token };
      stack.microsoft.faults.push({ on: 'delta', account, times, outcome: { status: 200, body } });
    }
  };
  const pushStatus = async () => {
    const { calendar: row, sync } = await calendar.load();
    return pushStatusOf(row, sync.push, timestampOf(stack.local.now())).status;
  };

  it('is looked at again after seconds; the change is stored, and the channel is not blamed', async () => {
    await emptyDeltas(1);
    calendar.user.insert('late', 3);
    await calendar.sync('push');
    expect(await names()).toEqual(['standing']);
    const asked = calendar.harness.sent.at(-1) ?? expect.fail('no look');
    expect(asked).toMatchObject({ calendar_id: calendar.id, trigger: 'look' });
    expect((asked.look_at ?? 0) - stack.local.now()).toBeLessThan(15_000);
    expect(await calendar.sync('look')).toEqual({ kind: 'dropped' });

    stack.local.advanceClock(15_000);
    expect(await calendar.sync('look')).toEqual({ kind: 'ok' });
    expect(await names()).toEqual(['late', 'standing']);
    expect(await pushStatus()).toBe('active');
    // The change has ended the looks.
    const requests = calendar.user.requests();
    expect(await calendar.sync('look')).toEqual({ kind: 'dropped' });
    expect(millisOf((await state()).due_at ?? expect.fail('no timer')) - stack.local.now()).toBeGreaterThan(
      15 * minute,
    );
    expect(calendar.user.requests()).toBe(requests);
  });

  it('is looked at by the timer when messages are lost, a quarter of an hour later at last', async () => {
    await emptyDeltas(3);
    calendar.user.insert('late', 3);
    const pushedAt = stack.local.now();
    await calendar.sync('push');
    for (let look = 0; look < 3; look += 1) {
      const dueAt = millisOf((await state()).due_at ?? expect.fail('no timer'));
      stack.local.advanceClock(Math.max(0, dueAt - stack.local.now()));
      await calendar.sync('schedule');
    }
    expect(stack.local.now() - pushedAt).toBeLessThan(20 * minute);
    expect(await names()).toEqual(['late', 'standing']);
    expect(await pushStatus()).toBe('active');
  });

  it('does not condemn the channel when only the daily listing brings the change', async () => {
    await emptyDeltas(4);
    calendar.user.insert('very late', 40);
    await calendar.sync('push');
    for (let look = 0; look < 3; look += 1) {
      stack.local.advanceClock(16 * minute);
      await calendar.sync('schedule');
    }
    stack.local.advanceClock(25 * 60 * minute);
    await calendar.sync('schedule');
    expect(await names()).toEqual(['standing', 'very late']);
    expect(await pushStatus()).toBe('active');
  });

  it('costs nothing more when it is a duplicate of a change that was read', async () => {
    calendar.user.insert('in time', 3);
    await calendar.sync('push');
    const sent = calendar.harness.sent.length;
    await calendar.sync('push');
    expect(calendar.harness.sent).toHaveLength(sent);
    expect(millisOf((await state()).due_at ?? expect.fail('no timer')) - stack.local.now()).toBeGreaterThan(
      15 * minute,
    );
  });
});
