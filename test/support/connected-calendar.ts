import { expect } from 'vitest';
import type { Platform } from '../../shared/calendars/calendar.ts';
import { syncErrorOf } from '../../shared/sync/sync-error.ts';
import type { SyncMessage } from '../../shared/sync/sync-message.ts';
import { simulateUser } from './simulated-user.ts';
import type { UserOptions } from './simulated-user-port.ts';
import type { TestStack } from './start-test-stack.ts';
import { createSyncHarness } from './sync-harness.ts';
import { storedLines, trueLines } from './window-lines.ts';

/** A user's calendar, connected but not yet synced, with the questions that tests of the sync ask. */
export async function connectCalendar(stack: TestStack, platform: Platform, options: UserOptions = {}) {
  const harness = createSyncHarness(stack);
  const user = simulateUser(stack, platform, options);
  const { id } = await harness.connect(user, options.secondary ? { platformUuid: user.calendar } : {});
  return {
    id,
    harness,
    user,
    sync: (trigger: SyncMessage['trigger'] = 'push', attempt = 1) => harness.deliver(id, trigger, attempt),
    /** Delivers until the message is handled, as the queue does. */
    finish: (trigger: SyncMessage['trigger'] = 'push') => harness.finish(id, trigger),
    /** Lets time pass as queue and timers do, until a run disconnects the calendar. */
    passTime: (ms: number) => harness.passTime(id, ms),
    syncError: async () => {
      const { calendar, sync } = await harness.load(id);
      return syncErrorOf(calendar, sync, stack.local.now());
    },
    load: () => harness.load(id),
    stored: () => harness.stored(id),
    living: async () => (await harness.stored(id)).filter((event) => !event.is_deleted),
    byName: async (name: string) => (await harness.stored(id)).find((event) => event.name === name),
    /** Created, changed and deleted events of each notification of changes. */
    counts: () =>
      harness.notifications
        .filter(({ trigger }) => trigger === 'calendar.events_update')
        .map(({ data }) => [data.created, data.changed, data.deleted]),
    triggers: () => harness.notifications.map(({ trigger }) => trigger),
    stateChanges: () => harness.notifications.filter(({ trigger }) => trigger === 'calendar.state_change'),
    expectEqualWindows: async () => {
      expect(await storedLines(harness, id)).toEqual(trueLines(harness, user));
    },
  };
}

export type ConnectedCalendar = Awaited<ReturnType<typeof connectCalendar>>;
