import { expect } from 'vitest';
import type { Platform } from '../../shared/calendars/calendar.ts';
import { type SyncError, syncErrorOf } from '../../shared/sync/sync-error.ts';
import type { SyncMessage } from '../../shared/sync/sync-message.ts';
import { connectWithBot } from './botted-calendar.ts';
import type { TestStack } from './start-test-stack.ts';
import { storedLines, trueLines } from './window-lines.ts';

/** A synced calendar with a bot, whose provider is about to misbehave, and the questions that are asked afterwards. */
export async function connectUnharmed(stack: TestStack, platform: Platform, name: string) {
  const calendar = await connectWithBot(stack, platform, { hours: 200, ownClient: true });
  const { harness, calendarId, user, read } = calendar;
  const isEqual = async (): Promise<boolean> =>
    JSON.stringify(await storedLines(harness, calendarId)) === JSON.stringify(trueLines(harness, user));
  const syncError = async (): Promise<SyncError | null> => {
    const { calendar: stored, sync } = await harness.load(calendarId);
    return syncErrorOf(stored, sync, stack.local.now());
  };
  return {
    ...calendar,
    name,
    deliver: (trigger: SyncMessage['trigger'], attempt = 1) => harness.deliver(calendarId, trigger, attempt),
    passTime: (ms: number) => harness.passTime(calendarId, ms),
    load: () => harness.load(calendarId),
    isEqual,
    syncError,
    /** Connected, with its bot and all its events, and nothing else was announced. */
    expectUnharmed: async () => {
      const { state } = (await harness.load(calendarId)).calendar;
      const bot = (await read())?.state;
      const announced = harness.notifications.filter(({ trigger }) => trigger.endsWith('.state_change')).length;
      const deleted = (await harness.stored(calendarId)).filter((event) => event.is_deleted).length;
      const unharmed = { name, state: 'connected', bot: 'scheduled', announced: 0, deleted: 0 };
      expect({ name, state, bot, announced, deleted }).toEqual(unharmed);
    },
    /** Equal to the provider, or failing in a way that is shown. */
    expectSeen: async () => {
      const isSeen = (await isEqual()) || (await syncError()) !== null;
      expect({ name, isSeen }).toEqual({ name, isSeen: true });
    },
    /** Equal to the provider, and nothing is shown any more, but that change tracking is tried again within the hour. */
    expectHealed: async () => {
      expect([name, ...(await storedLines(harness, calendarId))]).toEqual([name, ...trueLines(harness, user)]);
      const { code = null } = (await syncError()) ?? {};
      expect([name, code === 'delta_unavailable' ? null : code]).toEqual([name, null]);
    },
  };
}

export type UnharmedCalendar = Awaited<ReturnType<typeof connectUnharmed>>;

/**
 * What must hold while the providers of calendars misbehave, and after they work again. Four deliveries within seconds, one
 * after a quarter of an hour, and the timers of the minutes after the end.
 */
export async function expectNoHarm(stack: TestStack, calendars: UnharmedCalendar[]): Promise<void> {
  const each = (work: (calendar: UnharmedCalendar) => Promise<unknown>) => Promise.all(calendars.map(work));
  for (const attempt of [1, 2, 3, 4]) {
    await each(({ deliver }) => deliver('push', attempt));
    stack.local.advanceClock(4_000);
  }
  stack.local.advanceClock(16 * 60_000);
  await each(({ deliver }) => deliver('schedule', 5));
  for (const calendar of calendars) {
    await calendar.expectUnharmed();
    await calendar.expectSeen();
    calendar.user.recover();
  }
  // The longest pause of a calendar that fails.
  stack.local.advanceClock(11 * 60_000);
  await each(({ deliver }) => deliver('schedule'));
  for (const calendar of calendars) {
    await calendar.expectUnharmed();
    await calendar.expectHealed();
  }
}
