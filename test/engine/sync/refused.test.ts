import { describe, expect, it } from 'vitest';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import {
  proven,
  pushRefusals,
  type Refusal,
  silent,
  tenantRefusal,
  tenantRefusals,
  unproven,
} from '../../support/refusals.ts';
import { connectUnharmed } from '../../support/unharmed-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('refused');
const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const platforms = ['google', 'microsoft'] as const;

/** Calendars with a bot that are refused from now on, each in another way. */
const refuse = (refusals: [Refusal, string][], platform: Platform) =>
  Promise.all(
    refusals
      .filter(([refusal]) => refusal.platform === platform)
      .map(async ([{ name, on, outcome }, code]) => {
        const calendar = await connectUnharmed(stack, platform, name);
        calendar.user.answer(on, outcome);
        if (on === 'token') calendar.user.expireAccessTokens();
        calendar.user.insert('meanwhile', 201);
        return { ...calendar, code };
      }),
  );
type Refused = Awaited<ReturnType<typeof refuse>>;

/** Lets time pass, after each pause with a message for each calendar. */
async function passTime(calendars: Refused, pauses: number[]): Promise<void> {
  for (const pause of pauses) {
    stack.local.advanceClock(pause);
    await Promise.all(calendars.map(({ deliver }) => deliver('schedule')));
  }
}
const looks = [0, second, 2 * second, 4 * second];
const repeat = (pause: number, times: number): number[] => Array.from({ length: times }, () => pause);

const shown = async ({ name, load, syncError }: Refused[number]) => {
  const { state, connection_failure_data: failure } = (await load()).calendar;
  return { name, state, lost: failure?.code ?? null, shown: (await syncError())?.code ?? null };
};
const triggersOf = ({ harness }: Refused[number]) => harness.notifications.map(({ trigger }) => trigger);

describe.each(platforms)('Refusals of %s that prove nothing', (platform) => {
  it('disconnect no calendar in a day, are shown, and end within minutes', { timeout: 120_000 }, async () => {
    const calendars = await refuse(unproven, platform);
    await passTime(calendars, [...looks, 16 * minute, ...repeat(2 * hour, 12)]);
    for (const calendar of calendars) {
      const { name, code, user } = calendar;
      await calendar.expectUnharmed();
      expect(await shown(calendar)).toEqual({ name, state: 'connected', lost: null, shown: code });
      expect((await calendar.syncError())?.action).toMatch(/\.$/);
      expect([name, triggersOf(calendar)]).toEqual([name, ['calendar.sync_failing']]);
      user.recover();
    }
    await passTime(calendars, [11 * minute]);
    for (const calendar of calendars) {
      await calendar.expectUnharmed();
      await calendar.expectHealed();
      const { name } = calendar;
      const announced = ['calendar.sync_failing', 'calendar.events_update', 'calendar.sync_recovered'];
      expect([name, triggersOf(calendar)]).toEqual([name, announced]);
    }
  });
});

/** Codes that only an administrator can cure. */
const forAdministrators = new Set(['account_disabled', 'admin_blocked', 'mailbox_unavailable']);

/** Connected so far, and the refusal is shown. */
async function expectDoubted(calendars: Refused): Promise<void> {
  for (const calendar of calendars) {
    await calendar.expectUnharmed();
    expect(await shown(calendar)).toEqual({ name: calendar.name, state: 'connected', lost: null, shown: 'refused' });
  }
}

/** Disconnected with the fitting code and cure, announced once, without a bot. */
async function expectLost(calendars: Refused): Promise<void> {
  for (const calendar of calendars) {
    const { name, code } = calendar;
    expect(await shown(calendar)).toEqual({ name, state: 'disconnected', lost: code, shown: null });
    const action = (await calendar.load()).calendar.connection_failure_data?.action ?? '';
    expect([name, /administrator/.test(action)]).toEqual([name, forAdministrators.has(code)]);
    expect([name, await calendar.read()]).toEqual([name, null]);
    const announced = triggersOf(calendar).filter((trigger) => trigger === 'calendar.state_change').length;
    expect({ name, announced }).toEqual({ name, announced: 1 });
  }
}

describe.each(platforms)('A loss of access of %s', (platform) => {
  it('in known words disconnects within a quarter of an hour', { timeout: 120_000 }, async () => {
    const calendars = await refuse(proven, platform);
    await passTime(calendars, [...looks, ...repeat(3 * minute, 3)]);
    await expectDoubted(calendars);
    await passTime(calendars, [3 * minute]);
    await expectLost(calendars);
  });

  it('without words disconnects within a day', { timeout: 120_000 }, async () => {
    const calendars = await refuse(silent, platform);
    await passTime(calendars, [...looks, ...repeat(hour, 1), ...repeat(3 * hour, 6)]);
    await expectDoubted(calendars);
    await passTime(calendars, [2 * hour]);
    await expectLost(calendars);
  });
});

describe('A tenant that refuses the app', () => {
  it.each(tenantRefusals)('AADSTS%i disconnects its calendars while another tenant is fine', async (number, code) => {
    const calendar = await connectCalendar(stack, 'microsoft');
    await calendar.finish('create');
    calendar.user.answer('token', tenantRefusal(number));
    calendar.user.expireAccessTokens();
    const other = await connectCalendar(stack, 'microsoft');
    await calendar.passTime(2 * hour);
    expect((await calendar.load()).calendar.state).toBe('connected');
    expect((await calendar.syncError())?.code).toBe('client_refused');
    await other.finish('create');
    expect(await calendar.passTime(hour)).toEqual({ kind: 'disconnected' });
    expect((await calendar.load()).calendar.connection_failure_data?.code).toBe(code);
    expect((await other.load()).calendar.state).toBe('connected');
    expect([await other.syncError(), other.triggers()]).toEqual([null, ['calendar.first_sync']]);
  });
});

describe('A refused push channel', () => {
  it.each(pushRefusals.map((refusal) => [refusal.platform, refusal.name, refusal] as const))(
    'of %s leaves the calendar connected and polled: %s',
    async (platform, _name, { outcome }) => {
      const calendar = await connectCalendar(stack, platform);
      calendar.user.insert('standing', 2);
      calendar.user.answer('open', outcome);
      expect(await calendar.finish('create')).toEqual({ kind: 'ok' });
      await calendar.expectEqualWindows();
      const { calendar: stored, sync } = await calendar.load();
      expect(stored.state).toBe('connected');
      const { status, reason } = pushStatusOf(stored, sync.push, timestampOf(stack.local.now()));
      expect([status, reason]).toEqual(expect.arrayContaining([expect.stringMatching(/^(not_supported|refused)$/)]));
      expect(status).not.toBe('active');
      expect(await calendar.syncError()).toBeNull();
      expect(calendar.triggers()).not.toContain('calendar.state_change');
      expect(Date.parse(sync.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * minute);
    },
  );
});
