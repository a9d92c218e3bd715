import { describe, expect, it } from 'vitest';
import type { FaultOutcome } from '../../../local/simulators/fault-rules.ts';
import type { Platform } from '../../../shared/calendars/calendar.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { pushStatusOf } from '../../../shared/sync/push-status.ts';
import { type ConnectedCalendar, connectCalendar } from '../../support/connected-calendar.ts';
import { foreignBodies, unknownStatuses } from '../../support/odd-answers.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
const minute = 60_000;
const hour = 60 * minute;

const statusOf = async ({ load }: ConnectedCalendar) => {
  const { calendar, sync } = await load();
  return pushStatusOf(calendar, sync.push, timestampOf(stack.local.now()));
};

/** Answers to a request for a channel that open none which lives. */
const noChannels = (platform: Platform): { name: string; outcome: FaultOutcome }[] => {
  const past = String(stack.local.now() - hour);
  const born: Record<Platform, unknown> = {
    google: { resourceId: 'resource', expiration: past },
    microsoft: { id: 'subscription', expirationDateTime: new Date(Number(past)).toISOString() },
  };
  return [
    ...unknownStatuses(platform),
    ...foreignBodies(200),
    { name: '201 with an empty body', outcome: { status: 201, html: '' } },
    { name: '201 with an id of another type', outcome: { status: 201, body: { id: 5, resourceId: 5 } } },
    { name: 'a channel that has expired', outcome: { status: 200, body: born[platform] } },
  ];
};

describe.each(['google', 'microsoft'] as const)('A calendar of %s', (platform) => {
  it('is read and polled while channels are answered oddly, with few requests for them', {
    timeout: 120_000,
  }, async () => {
    const calendars = await Promise.all(
      noChannels(platform).map(async ({ name, outcome }) => {
        const calendar = await connectCalendar(stack, platform);
        calendar.user.answer('open', outcome);
        calendar.user.insert('standing', 40);
        return { ...calendar, name };
      }),
    );
    const each = (work: (calendar: (typeof calendars)[number]) => Promise<unknown>) => Promise.all(calendars.map(work));
    await each(({ finish }) => finish('create'));
    for (let poll = 0; poll < 6; poll += 1) {
      stack.local.advanceClock(5 * minute);
      await each(({ sync }) => sync('schedule'));
    }
    for (const calendar of calendars) {
      const { name, user, load, triggers } = calendar;
      await calendar.expectEqualWindows();
      const { status } = await statusOf(calendar);
      const { calendar: stored, sync } = await load();
      const nextRead = millisOf(sync.due_at ?? expect.fail('no timer')) - stack.local.now();
      const seen = { state: stored.state, isPolled: nextRead <= 5 * minute, isActive: status === 'active' };
      expect({ name, ...seen }).toEqual({ name, state: 'connected', isPolled: true, isActive: false });
      expect({ name, opens: Math.max(4, user.calls('open')) }).toEqual({ name, opens: 4 });
      expect(triggers()).not.toContain('calendar.state_change');
      user.recover();
    }
    // At the latest the daily listing asks again.
    for (const hours of [6, 17, 1]) {
      stack.local.advanceClock(hours * hour);
      await each(({ sync }) => sync('schedule'));
    }
    for (const calendar of calendars) {
      expect([calendar.name, (await statusOf(calendar)).status]).toEqual([calendar.name, 'active']);
    }
  });
});

describe('A subscription of Graph', () => {
  it('whose renewal is refused, in whatever words, is replaced', { timeout: 60_000 }, async () => {
    for (const { name, outcome } of unknownStatuses('microsoft')) {
      const calendar = await connectCalendar(stack, 'microsoft');
      await calendar.finish('create');
      calendar.user.answer('renew', outcome);
      stack.local.advanceClock(6.5 * 24 * hour);
      await calendar.sync('schedule');
      // One that may only fail for a while is tried again. Then it is over.
      stack.local.advanceClock(24 * hour);
      await calendar.sync('schedule');
      expect([name, (await statusOf(calendar)).status]).toEqual([name, 'active']);
      expect(calendar.user.liveChannels()).toHaveLength(1);
    }
  });
});
