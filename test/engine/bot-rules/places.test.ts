import { describe, expect, it } from 'vitest';
import { findBotDecision } from '../../../shared/bot-rules/find-bot-decision.ts';
import { listBotDecisions } from '../../../shared/bot-rules/list-bot-decisions.ts';
import { saveBot } from '../../../shared/bots/bot-store.ts';
import { deleteBot } from '../../../shared/bots/delete-bot.ts';
import { updateBotSettings } from '../../../shared/bots/update-bot-settings.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { arrangeCalendars } from '../../support/shared-meetings.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('places');
const day = 24 * 60;
const link = (room: number) => `https://zoom.us/j/${900_000_000 + room}`;

async function arrange(count = 1) {
  const arranged = await arrangeCalendars(stack, count);
  const { harness } = arranged;
  const { envelope } = harness.deps;
  const deps = { ...harness.rules, ...harness.asksForRules, envelope, syncCalendars: async () => undefined };
  const limit = async (perDay: number, atOnce = 50): Promise<void> => {
    await updateBotSettings(deps, harness.projectId, {
      max_automatic_bots_per_calendar_per_day: perDay,
      max_automatic_bots_at_once: atOnce,
    });
    await harness.decide();
  };
  await arranged.put();
  return {
    ...arranged,
    limit,
    /** The beginning of the day after tomorrow, so that all events of a test are on one day. */
    start: 2 * day - ((millisOf(arranged.timeOf(0)) / 60_000) % day),
    applied: async () => {
      await arranged.syncAll();
      await harness.decide();
    },
    /** By the names of rooms: which events have a bot. The decisions say the same. */
    withBot: async (): Promise<string[]> => {
      const clock = harness.deps.clock;
      const names: string[] = [];
      const { rows } = await listBotDecisions({ table: harness.table, clock }, harness.projectId, null);
      for (const { id, meeting_url, bots, is_deleted } of await arranged.events()) {
        if (is_deleted) continue;
        const found = await findBotDecision({ table: harness.table, clock }, harness.projectId, id);
        const isAsked = bots.some((bot) => !bot.automatic);
        if (!isAsked) expect(found?.decision.reason).toBe(bots.length > 0 ? 'rule_matched' : 'too_many_bots');
        expect(rows.find((row) => row.id === id)?.decision).toEqual(found?.decision);
        if (bots.some((bot) => bot.automatic)) names.push(meeting_url?.slice(-1) ?? '');
      }
      return names.sort();
    },
  };
}

describe('the places of a calendar', () => {
  it('are as many a day as the project allows, also after the limit changes', async () => {
    const { start, insert, limit, applied, withBot } = await arrange();
    for (let room = 0; room < 4; room += 1) insert(0, { link: link(room), start: start + room * 60 });
    insert(0, { link: link(7), start: start + day });
    await limit(2);
    await applied();
    expect(await withBot()).toHaveLength(3);
    await limit(50);
    expect(await withBot()).toHaveLength(5);
    await limit(1);
    expect(await withBot()).toHaveLength(2);
  });

  it('are given to other events when they become free', async () => {
    const { start, insert, change, remove, limit, applied, withBot, bots, harness } = await arrange();
    await limit(1);
    const first = insert(0, { link: link(0), start });
    await applied();
    insert(0, { link: link(1), start: start + 60 });
    const third = insert(0, { link: link(2), start: start + 120 });
    await applied();
    expect(await withBot()).toEqual(['0']);
    change(0, first, { start: start + 2 * day });
    await applied();
    expect(await withBot()).toEqual(['0', '1']);
    change(0, first, { start: start + 180 });
    await applied();
    // The first one comes back to a day that is full.
    expect(await withBot()).toHaveLength(1);
    remove(0, first);
    await applied();
    expect(await withBot()).toEqual(['1']);
    const bot = (await bots()).find(({ automatic }) => automatic);
    await deleteBot(harness.rules, harness.projectId, bot?.id ?? '');
    await harness.decide();
    expect((await bots()).map(({ meeting_url }) => meeting_url)).toEqual([link(2)]);
    remove(0, third);
    await applied();
    expect(await bots()).toEqual([]);
  });

  it('are as many at one time as the project allows: a shorter meeting leaves its place', async () => {
    const { start, insert, change, limit, applied, withBot } = await arrange();
    await limit(50, 2);
    const [long] = [
      insert(0, { link: link(0), start, length: 120 }),
      insert(0, { link: link(1), start: start + 10, length: 20 }),
    ];
    await applied();
    insert(0, { link: link(2), start: start + 20, length: 60 });
    insert(0, { link: link(3), start: start + 30, length: 60 });
    await applied();
    expect(await withBot()).toEqual(['0', '1', '3']);
    change(0, long, { start, length: 15 });
    await applied();
    expect(await withBot()).toEqual(['0', '1', '2', '3']);
  });

  it('go to the owner’s meetings, not to the invitations of strangers that came before, unless their bots were handed off', async () => {
    const { start, insert, limit, applied, withBot, bots, harness } = await arrange();
    await limit(2);
    for (let room = 0; room < 4; room += 1) insert(0, { link: link(room), start: start + room * 60, from: 'stranger' });
    await applied();
    expect(await withBot()).toHaveLength(2);
    const [bot] = await bots();
    if (bot) await saveBot(harness.rules, { before: bot, after: { ...bot, state: 'staged' } });
    insert(0, { link: link(8), start: start + 300 });
    insert(0, { link: link(9), start: start + 360 });
    await applied();
    const kept = await withBot();
    expect(kept).toHaveLength(2);
    expect(kept).toContain(bot?.meeting_url.slice(-1));
    expect(kept.some((room) => room === '8' || room === '9')).toBe(true);
  });

  it('are no more than that when many workers decide at once', async () => {
    const { start, insert, limit, syncAll, harness, withBot } = await arrange();
    await limit(2);
    for (let room = 0; room < 5; room += 1) insert(0, { link: link(room), start: start + room * 60 });
    await syncAll();
    harness.route();
    const messages = harness.ruled.splice(0);
    await Promise.all([...messages, ...messages].map((entry) => harness.work(entry)));
    await harness.decide();
    expect(await withBot()).toHaveLength(2);
  });

  it('are not needed by a meeting whose bot another calendar has, or a user', async () => {
    const { start, insert, limit, applied, ask, events, bots, calendars } = await arrange(2);
    await limit(1);
    insert(0, { link: link(0), start });
    await applied();
    insert(0, { link: link(1), start: start + 60 });
    insert(1, { link: link(1), start: start + 60 });
    await applied();
    // The first calendar is full, so the second one has the bot of the shared meeting.
    const shared = (await bots()).filter(({ meeting_url }) => meeting_url === link(1));
    expect(shared.map(({ calendar_id }) => calendar_id)).toEqual([calendars[1]?.id]);
    insert(0, { link: link(2), start: start + 120 });
    await applied();
    const third = (await events()).find(({ meeting_url }) => meeting_url === link(2));
    await ask({ calendar_event_id: third?.id ?? '' });
    await applied();
    expect(await bots()).toHaveLength(3);
  });
});
