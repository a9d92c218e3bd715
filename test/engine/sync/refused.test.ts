import { describe, expect, it } from 'vitest';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import {
  proven,
  pushRefusals,
  type Refusal,
  silent,
  tenantRefusal,
  tenantRefusals,
  unproven,
} from '../../support/refusals.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;
const hour = 60 * minute;

/** A calendar that has synced, and is refused from now on. */
async function refuse({ platform, on, outcome }: Refusal): Promise<ConnectedCalendar> {
  const calendar = await connectCalendar(stack, platform);
  calendar.user.insert('standing', 40);
  await calendar.finish('create');
  calendar.harness.notifications.length = 0;
  calendar.user.answer(on, outcome);
  if (on === 'token') calendar.user.expireAccessTokens();
  return calendar;
}

const titled = (cases: [Refusal, string][]) =>
  cases.map(([refusal, code]) => [`${refusal.platform}: ${refusal.name} (${code})`, refusal, code] as const);

describe('A refusal that proves nothing', () => {
  it.each(titled(unproven))(
    '%s never disconnects, is shown, and ends within minutes',
    async (_title, refusal, code) => {
      const calendar = await refuse(refusal);
      // What a day brings is tried of the decision alone (`failures.test.ts`).
      const outcome = await calendar.passTime(hour);
      expect(outcome).toEqual({ kind: 'failed' });
      expect((await calendar.load()).calendar.state).toBe('connected');
      expect(await calendar.syncError()).toMatchObject({ code, action: expect.stringMatching(/\.$/) });
      expect(calendar.triggers()).toEqual(['calendar.sync_failing']);

      calendar.user.recover();
      calendar.user.insert('meanwhile', 41);
      await calendar.passTime(11 * minute);
      await calendar.expectEqualWindows();
      expect(await calendar.syncError()).toBeNull();
      expect(calendar.triggers()).toEqual([
        'calendar.sync_failing',
        'calendar.events_update',
        'calendar.sync_recovered',
      ]);
    },
  );
});

describe('A loss of access in known words', () => {
  it.each(titled(proven))('%s disconnects within a quarter of an hour', async (_title, refusal, code) => {
    const calendar = await refuse(refusal);
    await calendar.passTime(9 * minute);
    expect((await calendar.load()).calendar.state).toBe('connected');
    expect((await calendar.syncError())?.code).toBe('refused');
    expect(await calendar.passTime(5 * minute)).toEqual({ kind: 'disconnected' });
    const { connection_failure_data: failure } = (await calendar.load()).calendar;
    expect(failure?.code).toBe(code);
    expect(await calendar.syncError()).toBeNull();
    expect(calendar.triggers()).toEqual(['calendar.state_change']);
  });
});

describe('A loss of access without words', () => {
  it.each(titled(silent))('%s disconnects within a day', async (_title, refusal, code) => {
    const calendar = await refuse(refusal);
    await calendar.passTime(19 * hour);
    expect((await calendar.load()).calendar.state).toBe('connected');
    expect((await calendar.syncError())?.code).toBe('refused');
    expect(await calendar.passTime(4 * hour)).toEqual({ kind: 'disconnected' });
    expect((await calendar.load()).calendar.connection_failure_data?.code).toBe(code);
  });
});

describe('A tenant that refuses the app', () => {
  it.each(tenantRefusals)('AADSTS%i disconnects its calendars while another tenant is fine', async (number, code) => {
    const calendar = await refuse({ platform: 'microsoft', name: '', on: 'token', outcome: tenantRefusal(number) });
    const other = await connectCalendar(stack, 'microsoft');
    await calendar.passTime(2 * hour);
    expect((await calendar.load()).calendar.state).toBe('connected');
    expect((await calendar.syncError())?.code).toBe('client_refused');
    await other.finish('create');
    expect(await calendar.passTime(hour)).toEqual({ kind: 'disconnected' });
    expect((await calendar.load()).calendar.connection_failure_data?.code).toBe(code);
    expect((await other.load()).calendar.state).toBe('connected');
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
      expect(pushStatusOf(stored, sync.push, timestampOf(stack.local.now())).status).not.toBe('active');
      expect(Date.parse(sync.due_at ?? '') - stack.local.now()).toBeLessThanOrEqual(5 * minute);
    },
  );
});
