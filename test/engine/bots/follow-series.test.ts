import { describe, expect, it } from 'vitest';
import { createBotHarness } from '../../support/bot-harness.ts';
import { zoomLink } from '../../support/botted-calendar.ts';
import { simulateUser } from '../../support/simulated-user.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('follow-series');

describe.each(['google', 'microsoft'] as const)('bots of a series of %s', (platform) => {
  it('move with their own instance, and are removed with it or with the series', async () => {
    const harness = createBotHarness(stack);
    const user = simulateUser(stack, platform);
    const series = user.insertSeries('daily', 3, 'day');
    user.setLocation(series, zoomLink);
    const { id: calendarId } = await harness.connect(user);
    await harness.deliver(calendarId, 'create');
    const instances = async () =>
      (await harness.stored(calendarId)).sort((a, b) => (a.start_time < b.start_time ? -1 : 1));
    const [first, second, third] = await instances();
    if (!first || !second || !third) throw new Error('no series');
    const bots = await Promise.all([first, second, third].map(({ id }) => harness.schedule(id)));
    const states = async () => Promise.all(bots.map(async ({ id }) => (await harness.bot(id))?.join_at ?? null));

    user.move(first.platform_uuid, 7);
    user.remove(second.platform_uuid);
    await harness.finish(calendarId, 'push');
    const moved = (await instances()).find(({ id }) => id === first.id);
    expect(moved?.start_time).not.toBe(first.start_time);
    expect(await states()).toEqual([moved?.start_time, null, third.start_time]);

    user.remove(series);
    await harness.finish(calendarId, 'push');
    expect(await states()).toEqual([null, null, null]);
    expect((await instances()).flatMap((event) => event.bots)).toEqual([]);
    const changes = harness.notifications.filter(({ trigger }) => trigger === 'bot.state_change');
    expect(changes.map(({ data }) => data.event_sub_type)).toEqual(['event_deleted', 'event_deleted', 'event_deleted']);
  });
});
