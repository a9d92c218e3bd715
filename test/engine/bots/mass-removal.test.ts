import { expect, it } from 'vitest';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { meetLink } from '../../support/botted-calendar.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('mass-removal');

it('150 bots of 30 events that are deleted at once are gone, and each is announced exactly once', {
  timeout: 120_000,
}, async () => {
  const harness = createBotHarness(stack);
  const user = simulateUser(stack, 'google');
  const uuids = Array.from({ length: 30 }, (_none, index) => user.insert(`meeting ${index}`, 20 + index, meetLink));
  const { id: calendarId } = await harness.connect(user);
  await harness.deliver(calendarId, 'create');
  const events = await harness.stored(calendarId);
  const bots = await Promise.all(
    events.flatMap(({ id }) =>
      [1, 2, 3, 4, 5].map((key) => harness.schedule(id, { deduplication_key: `${id} ${key}` })),
    ),
  );
  expect(new Set(bots.map(({ id }) => id)).size).toBe(150);
  harness.notifications.length = 0;
  for (const uuid of uuids) user.remove(uuid);
  await harness.finish(calendarId, 'push');
  // A duplicate and the timers afterwards announce nothing more.
  await harness.finish(calendarId, 'push');
  await harness.passTime(calendarId, 60 * 60_000);

  const announced = harness.notifications.flatMap((notification) =>
    notification.trigger === 'bot.state_change' ? [notification.bot_id] : [],
  );
  expect(announced).toHaveLength(150);
  expect(new Set(announced)).toEqual(new Set(bots.map(({ id }) => id)));
  const left = await Promise.all(bots.map(({ id }) => findBot(harness.table, harness.projectId, id)));
  expect(left.filter((bot) => bot !== null)).toEqual([]);
  const stored = await harness.stored(calendarId);
  expect(stored.map((event) => [event.is_deleted, event.bots.length])).toEqual(stored.map(() => [true, 0]));
});
