import { describe, expect, it } from 'vitest';
import { deleteBot } from '../../../shared/bots/delete-bot.ts';
import { updateBot } from '../../../shared/bots/update-bot.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';
import { arrangeMeeting, both, join } from './arrange-meeting.ts';

const stack = useStackWithOwnTable('reconcile-event-bot');

describe('an event that rules want a bot for', () => {
  it('gets one with its sync, and the bot names its rule', async () => {
    const { harness, syncAll, bots, eventOf } = await arrangeMeeting(stack);
    await harness.put([{ ...join, name: 'all' }]);
    await syncAll();
    await harness.decide();
    expect(await bots()).toEqual([['Notes']]);
    const event = await eventOf(0);
    expect(event.bots).toMatchObject([
      { join_at: event.start_time, automatic: { rule: { index: 0, name: 'all' } }, state: 'scheduled' },
    ]);
  });

  it('gets one when the rules are set later, and loses it when they are removed', async () => {
    const { harness, syncAll, bots, removals } = await arrangeMeeting(stack);
    await syncAll();
    await harness.decide();
    expect(await bots()).toEqual([[]]);
    await harness.put([join]);
    await harness.decide();
    expect(await bots()).toEqual([['Notes']]);
    await harness.put([]);
    await harness.decide();
    expect(await bots()).toEqual([[]]);
    expect(removals()).toMatchObject([
      { event_sub_type: 'not_wanted_by_rules', event_metadata: { decision: 'no_rules' }, new_state: null },
    ]);
  });

  it('keeps its bot when it moves, and the bot takes the claim of the new meeting', async () => {
    const { harness, calendars, syncAll, eventOf, bots, removals } = await arrangeMeeting(stack);
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const [before] = (await eventOf(0)).bots;
    calendars[0]?.user.move(calendars[0].uuid, 5);
    await syncAll();
    await harness.decide();
    const [after] = (await eventOf(0)).bots;
    expect(after?.id).toBe(before?.id);
    expect(after?.meeting_keys?.[0]).toBe(`zoom:123456789@${after?.join_at}`);
    expect(removals()).toEqual([]);
    expect(await bots()).toHaveLength(1);
  });

  it('does not hand its bot off at a new time before rules have decided, at the latest at its start', async () => {
    for (const areLate of [false, true]) {
      const { harness, calendars, syncAll, eventOf } = await arrangeMeeting(stack);
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      calendars[0]?.user.move(calendars[0].uuid, 3 / 60);
      await syncAll();
      const [moved] = (await eventOf(0)).bots;
      const state = async () => (await eventOf(0)).bots[0]?.state;
      const pass = async (until: number) => {
        stack.local.advanceClock(until - stack.local.now());
        await harness.tick();
        await harness.workBots();
      };
      const start = millisOf(moved?.join_at ?? expect.fail('no bot'));
      await pass(start - 60_000);
      expect(await state()).toBe('scheduled');
      if (areLate) await pass(start + 1000);
      else await harness.decide();
      expect(await state()).toBe('staged');
    }
  });

  it('withdraws its bot from the runner when rules want none after the hand-off', async () => {
    const { harness, calendars, syncAll, eventOf } = await arrangeMeeting(stack);
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const [bot] = (await eventOf(0)).bots;
    stack.local.advanceClock(millisOf(bot?.join_at ?? expect.fail('no bot')) - 100_000 - stack.local.now());
    await harness.tick();
    await harness.workBots();
    // Bots of other tests may be due, too.
    const standing = () => harness.standing().filter(({ bot_id }) => bot_id === bot?.id);
    expect(standing()).toMatchObject([{ action: 'start' }]);
    calendars[0]?.user.rename(calendars[0].uuid, 'secret');
    await syncAll();
    await harness.decide();
    expect(standing()).toEqual([]);
    expect((await eventOf(0)).bots).toEqual([]);
  });

  it('renames its bot with its rule, unless a user has renamed the bot', async () => {
    const { harness, syncAll, bots, eventOf } = await arrangeMeeting(stack);
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    await harness.put([{ ...join, bot_name: 'Minutes' }]);
    await harness.decide();
    expect(await bots()).toEqual([['Minutes']]);
    const [bot] = (await eventOf(0)).bots;
    await updateBot({ ...harness.rules, ...harness.asksForRules }, harness.projectId, bot?.id ?? '', {
      bot_name: 'Mine',
    });
    await harness.put([{ ...join, bot_name: 'Other' }]);
    await harness.decide();
    expect(await bots()).toEqual([['Mine']]);
  });

  it('gets no other bot after a user has removed its bot, whatever changes', async () => {
    const { harness, calendars, syncAll, bots, eventOf } = await arrangeMeeting(stack, both);
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const ids = [await eventOf(0), await eventOf(1)].flatMap((event) => event.bots.map(({ id }) => id));
    expect(ids).toHaveLength(1);
    await deleteBot(harness.rules, harness.projectId, ids[0] ?? '');
    for (const { user, uuid } of calendars) user.rename(uuid, 'renamed');
    await syncAll();
    await harness.decide();
    await harness.put([join]);
    await harness.decide();
    expect(await bots()).toEqual([[], []]);
  });
});
