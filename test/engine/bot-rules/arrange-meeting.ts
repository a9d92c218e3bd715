import { createRuleHarness } from '../../support/rule-harness.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import type { SimulatedUser } from '../../support/simulated-user-port.ts';
import type { TestStack } from '../../support/start-test-stack.ts';

/** A rule that wants a bot in every meeting without the word. */
export const join = { action: 'join' as const, bot_name: 'Notes', title_excludes: ['secret'] };
/** Two links to the same meeting. */
const spellings = ['https://zoom.us/j/123456789', 'https://acme.zoom.us/j/123456789?pwd=x'];

/** Calendars of one project with one event each, all for the same meeting. */
export async function arrangeMeeting(stack: TestStack, platforms: ('google' | 'microsoft')[] = ['google']) {
  const harness = createRuleHarness(stack);
  const since = Math.floor(stack.local.now() / 60_000) * 60_000;
  const calendars = await Promise.all(
    platforms.map(async (platform, index) => {
      const user: SimulatedUser = simulateUser(stack, platform, { since });
      const uuid = user.insert('planning', 2, spellings[index] ?? '');
      const { id } = await harness.connect(user);
      return { user, uuid, id, sync: () => harness.finish(id, 'push') };
    }),
  );
  const eventOf = async (index: number) => {
    const { id, uuid } = calendars[index] ?? { id: '', uuid: '' };
    const event = (await harness.stored(id)).find(({ platform_uuid }) => platform_uuid === uuid);
    if (!event) throw new Error('no event');
    return event;
  };
  return {
    harness,
    calendars,
    eventOf,
    syncAll: () => Promise.all(calendars.map(({ sync }) => sync())),
    /** Names of the bots of each calendar's event. */
    bots: () =>
      Promise.all(calendars.map(async (_one, index) => (await eventOf(index)).bots.map(({ bot_name }) => bot_name))),
    removals: () =>
      harness.notifications.flatMap(({ trigger, data }) =>
        trigger === 'bot.state_change' && data.event_type === 'removed' ? [data] : [],
      ),
  };
}

export const both: ('google' | 'microsoft')[] = ['google', 'microsoft'];

export type ArrangedMeeting = Awaited<ReturnType<typeof arrangeMeeting>>;
