import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readBotRules } from '../../../shared/bot-rules/bot-rules-store.ts';
import { deleteBot } from '../../../shared/bots/delete-bot.ts';
import { updateBot } from '../../../shared/bots/update-bot.ts';
import { deleteCalendar } from '../../../shared/calendars/delete-calendar.ts';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { createOwnTable } from '../../support/create-own-table.ts';
import { createRuleHarness } from '../../support/rule-harness.ts';
import { type SimulatedUser, simulateUser } from '../../support/simulated-user.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

let whole: TestStack;
let stack: TestStack;
beforeAll(async () => {
  whole = await startTestStack();
  stack = await createOwnTable(whole, 'settle-bots');
});
afterAll(() => whole?.close());

const join = { action: 'join' as const, bot_name: 'Notes', title_excludes: ['secret'] };
/** The same meeting. */
const spellings = ['https://zoom.us/j/123456789', 'https://acme.zoom.us/j/123456789?pwd=x'];

/** Calendars of one project, one event each, all of them the same meeting. */
async function arrange(platforms: ('google' | 'microsoft')[] = ['google']) {
  const harness = createRuleHarness(stack);
  const since = Math.floor(stack.local.now() / 60_000) * 60_000;
  const calendars = await Promise.all(
    platforms.map(async (platform, index) => {
      const user: SimulatedUser = simulateUser(stack, platform, { since });
      const uuid = user.insert('planning', 2, spellings[index] ?? '');
      const { id } = await harness.connect(user);
      return { user, uuid, id, sync: () => harness.settle(id, 'push') };
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

const both: ('google' | 'microsoft')[] = ['google', 'microsoft'];

describe('an event that rules want a bot for', () => {
  it('gets one when it is synced, which says by which rule it came', async () => {
    const { harness, syncAll, bots, eventOf } = await arrange();
    await harness.put([{ ...join, name: 'all' }]);
    await syncAll();
    await harness.decide();
    expect(await bots()).toEqual([['Notes']]);
    const event = await eventOf(0);
    expect(event.bots).toMatchObject([
      { join_at: event.start_time, automatic: { rule: { index: 0, name: 'all' } }, state: 'scheduled' },
    ]);
  });

  it('gets one when the rules come later, and loses it with them', async () => {
    const { harness, syncAll, bots, removals } = await arrange();
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

  it('keeps its bot when it moves, and the rules know it there', async () => {
    const { harness, calendars, syncAll, eventOf, bots, removals } = await arrange();
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const [before] = (await eventOf(0)).bots;
    calendars[0]?.user.move(calendars[0].uuid, 5);
    await syncAll();
    await harness.decide();
    const [after] = (await eventOf(0)).bots;
    expect(after?.id).toBe(before?.id);
    expect(after?.meeting_key).toBe(`zoom:123456789@${after?.join_at}`);
    expect(removals()).toEqual([]);
    expect(await bots()).toHaveLength(1);
  });

  it('is not handed off at its new time before rules have decided, until its start', async () => {
    for (const areLate of [false, true]) {
      const { harness, calendars, syncAll, eventOf } = await arrange();
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

  it('has it called back from its runner when rules change their mind after the hand-off', async () => {
    const { harness, calendars, syncAll, eventOf } = await arrange();
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

  it('has its bot called as the rule says now, unless its user has called it something else', async () => {
    const { harness, syncAll, bots, eventOf } = await arrange();
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    await harness.put([{ ...join, bot_name: 'Minutes' }]);
    await harness.decide();
    expect(await bots()).toEqual([['Minutes']]);
    const [bot] = (await eventOf(0)).bots;
    await updateBot(harness.rules, harness.projectId, bot?.id ?? '', { bot_name: 'Mine' });
    await harness.put([{ ...join, bot_name: 'Other' }]);
    await harness.decide();
    expect(await bots()).toEqual([['Mine']]);
  });

  it('gets none again once somebody has removed it, whatever changes', async () => {
    const { harness, calendars, syncAll, bots, eventOf } = await arrange(both);
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

describe('one meeting in two calendars', () => {
  it('has one bot, also when both are synced and decided at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { harness, syncAll, bots, removals } = await arrange(both);
      await harness.put([join]);
      harness.ruled.length = 0;
      await syncAll();
      harness.route();
      const messages = harness.ruled.splice(0);
      await Promise.all([...messages, ...messages].map((entry) => harness.work(entry)));
      await harness.decide();
      expect((await bots()).flat()).toEqual(['Notes']);
      // Not even for a moment were there two.
      expect(removals()).toEqual([]);
    }
  });

  const leaving: Record<string, (arranged: Awaited<ReturnType<typeof arrange>>, index: number) => Promise<unknown>> = {
    'becomes one that rules do not want': async ({ calendars }, index) => {
      const { user, uuid } = calendars[index] ?? {};
      user?.rename(uuid ?? '', 'secret');
      await calendars[index]?.sync();
    },
    'is cancelled': async ({ calendars }, index) => {
      calendars[index]?.user.remove(calendars[index].uuid);
      await calendars[index]?.sync();
    },
    'loses its link': async ({ calendars }, index) => {
      calendars[index]?.user.setLocation(calendars[index].uuid, 'Room 5');
      await calendars[index]?.sync();
    },
    'is moved': async ({ calendars }, index) => {
      calendars[index]?.user.move(calendars[index].uuid, 9);
      await calendars[index]?.sync();
    },
    'is in a calendar that is disconnected': async ({ calendars }, index) => {
      const { user, uuid, sync } = calendars[index] ?? {};
      if (!user || !sync) return;
      user.account.revoked = true;
      user.expireAccessTokens();
      user.rename(uuid ?? '', 'unseen');
      await sync();
    },
    'is in a calendar that is deleted': async ({ harness, calendars }, index) => {
      const id = calendars[index]?.id ?? '';
      const { calendar } = await harness.load(id);
      await deleteCalendar(harness.deps, calendar);
      await harness.settle(id, 'delete');
    },
  };

  it.each(Object.entries(leaving))('hands its bot on when the event that has it %s', async (_name, leave) => {
    const arranged = await arrange(both);
    const { harness, syncAll, bots, eventOf } = arranged;
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const carrier = (await bots()).findIndex((names) => names.length > 0);
    await leave(arranged, carrier);
    await harness.decide();
    expect((await eventOf(1 - carrier)).bots).toMatchObject([{ bot_name: 'Notes', state: 'scheduled' }]);
  });

  it('is decided again when its calendar is connected again', async () => {
    const { harness, calendars, bots, syncAll } = await arrange();
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const { user, uuid, id, sync } = calendars[0] ?? {};
    if (!user || !sync || !id) throw new Error('no calendar');
    user.account.revoked = true;
    user.expireAccessTokens();
    user.rename(uuid ?? '', 'unseen');
    await sync();
    await harness.decide();
    expect(await bots()).toEqual([[]]);
    user.account.revoked = false;
    await harness.settle(id, 'patch');
    await harness.decide();
    expect(await bots()).toEqual([['Notes']]);
  });
});

describe('a bot that somebody asks for', () => {
  it('takes the place of the automatic one, in whichever calendar that is', async () => {
    for (const place of [0, 1]) {
      const { harness, syncAll, bots, eventOf, removals } = await arrange(both);
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      await harness.schedule((await eventOf(place)).id);
      await harness.decide();
      expect((await bots()).flat()).toEqual(['Recorder']);
      expect(removals()).toMatchObject([{ event_metadata: { decision: 'duplicate_of_other_calendar' } }]);
    }
  });

  it('stays when rules want none for its event; another one of the meeting gets its own then', async () => {
    const { harness, calendars, syncAll, bots, eventOf } = await arrange(both);
    await syncAll();
    await harness.schedule((await eventOf(0)).id);
    await harness.put([join]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], []]);
    await harness.put([{ ...join, calendars: [calendars[1]?.id ?? ''] }]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], ['Notes']]);
    await harness.put([]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], []]);
  });
});

describe('a request that dies after any of its calls', () => {
  /** Repeats with a crash after one call more, until the request gets through. */
  const sweep = async (once: (arranged: Awaited<ReturnType<typeof arrange>>, crashAfter: number) => Promise<void>) => {
    for (let crashAfter = 1; ; crashAfter += 1) {
      const arranged = await arrange();
      const { harness, syncAll } = arranged;
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      await once(arranged, crashAfter);
      if (harness.calls.made < crashAfter) return;
    }
  };
  const dying = async (
    { calls }: Awaited<ReturnType<typeof arrange>>['harness'],
    after: number,
    work: () => unknown,
  ) => {
    calls.made = 0;
    calls.crashAfter = after;
    await Promise.resolve(work()).catch((error: Error) => expect(error.name).toBe('Crash'));
    calls.crashAfter = Number.POSITIVE_INFINITY;
    const { made } = calls;
    return () => {
      calls.made = made;
    };
  };

  it('leaves one bot when it asked for one', async () => {
    const seen = new Set<string>();
    await sweep(async ({ harness, eventOf, bots }, crashAfter) => {
      const { id } = await eventOf(0);
      const restore = await dying(harness, crashAfter, () => harness.ask(id));
      await harness.decide();
      expect((await bots()).flat()).toHaveLength(1);
      for (const [name = ''] of await bots()) seen.add(name);
      restore();
    });
    expect([...seen].sort()).toEqual(['Notes', 'Recorder']);
  });

  it('leaves bots by the rules that are stored when it replaced them', async () => {
    const seen = new Set<string>();
    await sweep(async ({ harness, bots }, crashAfter) => {
      const restore = await dying(harness, crashAfter, () => harness.put([{ ...join, bot_name: 'Minutes' }]));
      const { rules } = await readBotRules(harness.table, harness.projectId);
      await harness.decide();
      expect(await bots()).toEqual([[rules[0]?.bot_name]]);
      for (const [name = ''] of await bots()) seen.add(name);
      restore();
    });
    expect([...seen].sort()).toEqual(['Minutes', 'Notes']);
  });
});
