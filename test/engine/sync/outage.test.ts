import { describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { connectWithBot } from '../../support/botted-calendar.ts';
import { connectCalendar } from '../../support/connected-calendar.ts';
import { proven, silent, unproven } from '../../support/refusals.ts';
import { useStack } from '../../support/use-stack.ts';
import { storedLines, trueLines } from '../../support/window-lines.ts';

const stack = useStack();
const second = 1000;
const hour = 3_600_000;

/** One spelling of an outage for each calendar. */
const outages = (platform: Platform): { name: string; on: 'any' | 'token'; outcome: FaultOutcome }[] => {
  const refusals = [...unproven, ...proven, ...silent].map(([refusal]) => refusal);
  const own = refusals.filter((refusal) => refusal.platform === platform);
  const grant = { status: 400, body: { error: 'invalid_grant', error_description: 'revoked' } };
  return [
    ...own.filter(({ on }) => on === 'any'),
    { name: 'invalid_grant', on: 'token', outcome: grant },
    { name: '500', on: 'any', outcome: { status: 500 } },
    { name: 'dropped connections', on: 'any', outcome: { dropConnection: true } },
  ];
};

describe.each(['google', 'microsoft'] as const)('An outage of %s of twelve seconds', (platform) => {
  it('disconnects no calendar, loses no bot, and all is equal afterwards', { timeout: 120_000 }, async () => {
    const calendars = await Promise.all(
      outages(platform).map(async ({ name, on, outcome }) => {
        const calendar = await connectWithBot(stack, platform, { hours: 20 });
        calendar.user.answer(on, outcome);
        if (on === 'token') calendar.user.expireAccessTokens();
        calendar.user.rename(calendar.uuid, 'renamed meanwhile');
        return { ...calendar, name };
      }),
    );
    expect(calendars.length).toBeGreaterThanOrEqual(10);
    // The first four tries of the queue, within fifteen seconds.
    for (const attempt of [1, 2, 3, 4]) {
      for (const { harness, calendarId } of calendars) await harness.deliver(calendarId, 'push', attempt);
      stack.local.advanceClock(4 * second);
    }
    for (const { user } of calendars) user.recover();
    for (const { harness, calendarId, user, name, read } of calendars) {
      await harness.passTime(calendarId, 60 * second);
      const { state } = (await harness.load(calendarId)).calendar;
      const announced = harness.notifications.filter(({ trigger }) => trigger === 'calendar.state_change').length;
      const bot = (await read())?.state;
      expect({ name, state, bot, announced }).toEqual({ name, state: 'connected', bot: 'scheduled', announced: 0 });
      expect([name, ...(await storedLines(harness, calendarId))]).toEqual([name, ...trueLines(harness, user)]);
    }
  });

  it('that says invalid_grant three times leaves a synced calendar connected', async () => {
    const { harness, calendarId, user, uuid, read } = await connectWithBot(stack, platform);
    user.answer('token', { status: 400, body: { error: 'invalid_grant' } }, 3);
    user.expireAccessTokens();
    user.rename(uuid, 'renamed');
    expect(await harness.finish(calendarId, 'push')).toEqual({ kind: 'ok' });
    expect((await harness.load(calendarId)).calendar.state).toBe('connected');
    expect(await read()).toMatchObject({ state: 'scheduled' });
  });
});

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  it('that was disconnected wrongly connects again by itself within a day', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user, harness, id } = calendar;
    user.insert('standing', 40);
    await calendar.finish('create');
    user.account.revoked = true;
    user.expireAccessTokens();
    await harness.loseAccess(id);
    user.account.revoked = false;
    user.insert('meanwhile', 41);
    await calendar.passTime(24 * hour);
    expect((await calendar.load()).calendar.state).toBe('connected');
    await calendar.expectEqualWindows();
    expect(calendar.stateChanges().map(({ data }) => data.state)).toEqual(['disconnected', 'connected']);
  });

  it('is synced within a day although the provider asks to wait for a year', async () => {
    const calendar = await connectCalendar(stack, platform);
    await calendar.finish('create');
    calendar.user.answer('delta', { status: 429, headers: { 'retry-after': '31536000' } }, 1);
    calendar.user.insert('meanwhile', 41);
    expect(await calendar.sync()).toEqual({ kind: 'failed' });
    expect(await calendar.sync()).toEqual({ kind: 'dropped' });
    stack.local.advanceClock(6 * hour);
    await calendar.finish('schedule');
    await calendar.expectEqualWindows();
  });

  it('announces its first sync once, also when it has no events', async () => {
    const calendar = await connectCalendar(stack, platform);
    await calendar.finish('create');
    await calendar.finish('manual');
    expect(calendar.triggers()).toEqual(['calendar.first_sync']);
  });

  it('whose runs end unexpectedly says so after a while, and recovers', async () => {
    const calendar = await connectCalendar(stack, platform);
    const { user, harness } = calendar;
    user.insert('standing', 40);
    await calendar.finish('create');
    const { providers } = harness.deps;
    const working = providers[platform];
    providers[platform] = { ...working, fetchPage: () => Promise.reject(new TypeError('a fault of ours')) };
    harness.notifications.length = 0;
    for (const attempt of [1, 2, 3]) await expect(calendar.sync('push', attempt)).rejects.toThrow('a fault of ours');
    stack.local.advanceClock(16 * 60 * second);
    await expect(calendar.sync('push', 4)).rejects.toThrow('a fault of ours');
    expect(await calendar.syncError()).toMatchObject({ code: 'unexpected', provider_code: 'TypeError' });
    expect(calendar.triggers()).toEqual(['calendar.sync_failing']);
    providers[platform] = working;
    expect(await calendar.finish('manual')).toEqual({ kind: 'ok' });
    expect(calendar.triggers()).toEqual(['calendar.sync_failing', 'calendar.sync_recovered']);
  });

  it('that fails twice and is well again announces nothing', async () => {
    const calendar = await connectCalendar(stack, platform);
    await calendar.finish('create');
    calendar.harness.notifications.length = 0;
    calendar.user.fault('delta', 'unavailable', 2);
    expect(await calendar.finish()).toEqual({ kind: 'ok' });
    expect([calendar.triggers(), await calendar.syncError()]).toEqual([[], null]);
  });
});
