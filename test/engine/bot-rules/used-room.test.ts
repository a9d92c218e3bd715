import { describe, expect, it } from 'vitest';
import { findBotDecision } from '../../../shared/bot-rules/find-bot-decision.ts';
import { saveBot } from '../../../shared/bots/bot-store.ts';
import { stageBot } from '../../../shared/bots/change-bot.ts';
import { followRunner } from '../../../shared/bots/follow-runner.ts';
import { arrangeCalendars } from '../../support/shared-meetings.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('used-room');
const room = 'https://zoom.us/j/85550001111';
const elsewhere = 'https://meet.google.com/abc-defg-hij';

/** A meeting of 90 minutes whose bot has joined. */
async function arrange() {
  const arranged = await arrangeCalendars(stack, 2);
  const { harness, insert, syncAll, bots, events } = arranged;
  await arranged.put();
  const first = insert(0, { link: room, start: 120, length: 90 });
  const applied = async (): Promise<void> => {
    await syncAll();
    await harness.decide();
  };
  await applied();
  const [bot] = await bots();
  if (!bot) throw new Error('no bot');
  const handOff = stageBot(bot, { id: harness.deps.newId(), runner: 'eventbridge', at: harness.rules.clock.stamp() });
  await saveBot(harness.rules, { before: bot, after: { ...handOff, state: 'joined_recording' } });
  return {
    ...arranged,
    first,
    applied,
    end: async (state: 'ended' | 'fatal_error'): Promise<void> => {
      const event = { type: state, created_at: harness.rules.clock.stamp() };
      await followRunner(harness.rules, harness.projectId, bot.id, { state, event, from: 'client' });
      await harness.decide();
    },
    /** Start and link of each event that is to get a bot, and of each bot that waits for its meeting. */
    shown: async () => {
      const decided: string[] = [];
      const scheduled: string[] = [];
      for (const { id, start_time, meeting_url, bots: its, is_deleted } of await events()) {
        if (is_deleted) continue;
        const about = `${start_time} ${meeting_url}`;
        const found = await findBotDecision({ table: harness.table, clock: harness.deps.clock }, harness.projectId, id);
        if (found?.decision.join) decided.push(about);
        if (its.some(({ state }) => state === 'scheduled')) scheduled.push(about);
      }
      return { decided: decided.sort(), scheduled: scheduled.sort() };
    },
  };
}

describe('a standing room that a bot is in', () => {
  it.each(['ended', 'fatal_error'] as const)('is free for the next meeting when the bot is %s', async (state) => {
    const { insert, applied, shown, end, timeOf } = await arrange();
    insert(1, { link: room, start: 180 });
    await applied();
    expect((await shown()).scheduled).toEqual([]);
    // The first meeting has begun.
    stack.local.advanceClock(130 * 60_000);
    await end(state);
    const next = `${timeOf(180)} ${room}`;
    expect(await shown()).toMatchObject({ scheduled: [next] });
    expect((await shown()).decided).toContain(next);
  });

  it('leaves the next meeting its bot in another event, also when the first event is deleted', async () => {
    const { insert, remove, first, applied, shown, end, timeOf } = await arrange();
    remove(0, first);
    insert(0, { link: room, start: 180, uid: 'a@acme', from: 'accepted' });
    insert(0, { link: elsewhere, start: 180, uid: 'a@acme', from: 'colleague' });
    await applied();
    const [best, other] = [`${timeOf(180)} ${room}`, `${timeOf(180)} ${elsewhere}`];
    expect(await shown()).toEqual({ decided: [other], scheduled: [other] });
    await end('ended');
    expect(await shown()).toEqual({ decided: [best], scheduled: [best] });
  });
});
