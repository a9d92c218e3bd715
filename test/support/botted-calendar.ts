import { findBot } from '../../shared/bots/bot-store.ts';
import { createBotHarness } from './bot-harness.ts';
import { simulateUser } from './simulated-user.ts';
import type { TestStack } from './start-test-stack.ts';

export const meetLink = 'https://meet.google.com/abc-defg-hij';
export const zoomLink = 'https://zoom.us/j/5551112222';

/** A connected calendar with one event that has a link, and a bot for it with the deduplication key `one`. */
export async function connectWithBot(
  stack: TestStack,
  platform: 'google' | 'microsoft' = 'google',
  { hours = 2, ownClient = false } = {},
) {
  const harness = createBotHarness(stack);
  const user = simulateUser(stack, platform, { ownClient });
  const uuid = user.insert('planning', hours, meetLink);
  const { id: calendarId } = await harness.connect(user);
  await harness.deliver(calendarId, 'create');
  const event = async () => {
    const found = (await harness.stored(calendarId)).find(({ platform_uuid }) => platform_uuid === uuid);
    if (!found) throw new Error('no event');
    return found;
  };
  const bot = await harness.schedule((await event()).id, { deduplication_key: 'one' });
  harness.notifications.length = 0;
  return {
    harness,
    user,
    uuid,
    calendarId,
    bot,
    /** The event as the API lists it. */
    event,
    sync: () => harness.finish(calendarId, 'push'),
    /** The bot as the API shows it; null is 404. */
    read: () => findBot(harness.table, harness.projectId, bot.id),
    /** Data of every `bot.state_change` of a bot of the calendar. */
    changes: () =>
      harness.notifications.flatMap(({ trigger, calendar_id, data }) =>
        trigger === 'bot.state_change' && calendar_id === calendarId ? [data] : [],
      ),
  };
}

export type CalendarWithBot = Awaited<ReturnType<typeof connectWithBot>>;
