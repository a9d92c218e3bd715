import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { calendarHealthOut, showCalendarHealth } from '../../../shared/sync/calendar-health.api.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const minute = 60_000;

describe.each(['google', 'microsoft'] as const)('A push channel of %s', (platform) => {
  let calendar: ConnectedCalendar;
  beforeEach(async () => {
    calendar = await connectCalendar(stack, platform);
    calendar.user.insert('standing', 30);
  });
  afterEach(() => limitLife(undefined));

  const limitLife = (ms: number | undefined): void => {
    stack.google.switches.shortChannelTtlMs = ms;
    stack.microsoft.switches.shortSubscriptionMs = ms;
  };
  /** Throws when the stored state cannot be read. */
  const health = async () => {
    const loaded = await calendar.load();
    return calendarHealthOut.parse(showCalendarHealth(loaded, stack.local.now()));
  };
  const opened = (): number => calendar.user.calls('open') + calendar.user.calls('renew');
  const untilDue = async (): Promise<number> =>
    millisOf((await calendar.load()).sync.due_at ?? expect.fail('no timer')) - stack.local.now();
  const pushThroughChannel = async (): Promise<void> => {
    const [live] = calendar.user.liveChannels();
    if (!live) return;
    await calendar.harness.deliver(calendar.id, 'push', 1, { channel: { id: live.id, resource_id: live.resourceId } });
  };

  it.each([1, 7, 61, 119, 120, 4230, 7.5, 119.999, 61.000_017])(
    'of %d minutes is renewed in time, over and over, while health can be read and changes arrive',
    { timeout: 60_000 },
    async (minutes) => {
      limitLife(minutes * minute);
      await calendar.sync('create');
      const renewals = 4;
      const first = opened();
      for (let runs = 0; opened() < first + renewals; runs += 1) {
        expect(runs).toBeLessThan(20);
        const wait = await untilDue();
        // A calendar never waits for less than a poll, however short its channels live.
        expect(wait).toBeGreaterThan(Math.min(5 * minute, (minutes * minute) / 2) - 1_000);
        stack.local.advanceClock(Math.max(0, wait));
        expect(await calendar.sync('schedule')).toEqual({ kind: 'ok' });
        const { push_status: status, channel_expires_at: expiry } = await health();
        if (minutes > 5) expect(status).toBe('active');
        expect(Date.parse(expiry ?? '')).toBeLessThanOrEqual(stack.local.now() + minutes * minute);
        calendar.user.insert(`in run ${runs}`, 2);
        await pushThroughChannel();
        await calendar.expectEqualWindows();
      }
      expect(calendar.user.liveChannels().length).toBeLessThanOrEqual(1);
    },
  );

  it('that lives for a second is opened once in each run, and the runs pause', async () => {
    limitLife(1_000);
    await calendar.sync('create');
    expect(opened()).toBe(1);
    stack.local.advanceClock(10_000);
    await calendar.sync('schedule');
    expect(opened()).toBe(2);
    expect(await untilDue()).toBeGreaterThan(4 * minute);
    expect((await health()).push_status).toMatch(/active|polling/);
  });

  it.each([
    ['milliseconds with a fraction', (at: number) => `${at}.25`],
    ['a number with a fraction', (at: number) => at + 0.375],
    ['seven digits of a second', (at: number) => `${new Date(at).toISOString().slice(0, -1)}4567Z`],
    ['no offset', (at: number) => new Date(at).toISOString().slice(0, -1)],
    ['another offset', (at: number) => new Date(at + 60 * minute).toISOString().replace('Z', '+01:00')],
  ])('whose end is written with %s is live until then', async (_what, write) => {
    const at = stack.local.now() + 90 * minute;
    answerOpening({ expiration: write(at), expirationDateTime: write(at) });
    expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
    expect(Math.abs(Date.parse((await health()).channel_expires_at ?? '') - at)).toBeLessThan(1_000);
    await calendar.expectEqualWindows();
  });

  it.each([
    ['is absent', undefined],
    ['is null', null],
    ['is no time', 'soon'],
    ['is empty', ''],
    ['lies beyond all years', 1e300],
    ['lies in the year 12000', '12000-01-01T00:00:00Z'],
    ['lies before the epoch', -1],
  ])('whose end %s can be read, and the calendar is synced', async (_what, end) => {
    answerOpening({ expiration: end, expirationDateTime: end });
    expect(await calendar.sync('create')).toEqual({ kind: 'ok' });
    expect((await health()).push_status).toBe(end === -1 ? 'failing' : 'active');
    await calendar.expectEqualWindows();
    expect(await calendar.sync('schedule')).toMatchObject({ kind: expect.stringMatching(/ok|dropped/) });
  });

  const answerOpening = (body: object): void => {
    const { account } = calendar.user;
    const outcome = { status: 200, body: { id: 'opened', resourceId: 'opened', ...body } };
    if (platform === 'google') stack.google.faults.push({ on: 'watch', account: account.email, times: 1, outcome });
    else stack.microsoft.faults.push({ on: 'subscribe', account: account.email, times: 1, outcome });
  };
});
