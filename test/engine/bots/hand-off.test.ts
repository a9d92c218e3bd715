import { describe, expect, it } from 'vitest';
import { findBot } from '../../../shared/bots/bot-store.ts';
import { createBot } from '../../../shared/bots/create-bot.ts';
import { followRunner } from '../../../shared/bots/follow-runner.ts';
import { handOffBot } from '../../../shared/bots/hand-off-bot.ts';
import { updateBot } from '../../../shared/bots/update-bot.ts';
import { formatTimestamp, millisOf, type Timestamp, timestampOf } from '../../../shared/platform/timestamp.ts';
import { createBotHarness } from '../../support/bot-harness.ts';
import { type CalendarWithBot, connectWithBot, zoomLink } from '../../support/botted-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('hand-off');

const hour = 3_600_000;
const minute = 60_000;
/** In hours. */
const withinLead = 100 / 3600;

/** Advances the clock in steps up to a time; dispatcher and queue work at each step. */
async function passUntil(harness: CalendarWithBot['harness'], time: number, stepMs = 5_000): Promise<void> {
  for (let sinceTick = minute; stack.local.now() < time; sinceTick += stepMs) {
    if (sinceTick >= minute) {
      await harness.tick();
      sinceTick = 0;
    }
    await harness.workBots();
    stack.local.advanceClock(Math.min(stepMs, Math.max(0, time - stack.local.now())));
  }
  await harness.workBots();
}

describe('a bot whose time has come', () => {
  it('is handed off once, within two seconds, with everything its runner needs', async () => {
    const { harness, bot, read, event, changes } = await connectWithBot(stack);
    const due = millisOf(bot.join_at) - 120_000;
    stack.local.advanceClock(due - 3 * minute - stack.local.now());
    await passUntil(harness, due - 1000, 1000);
    expect(harness.orders).toEqual([]);
    expect(await read()).toMatchObject({ state: 'scheduled' });
    await passUntil(harness, due + 5_000, 1000);
    await passUntil(harness, due + 5 * minute);
    const { id, start_time } = await event();
    expect(harness.orders).toEqual([
      {
        action: 'start',
        hand_off_id: expect.any(String),
        revision: 1,
        bot_id: bot.id,
        bot_name: 'Recorder',
        meeting_url: 'https://meet.google.com/abc-defg-hij',
        meeting_platform: 'google_meet',
        join_at: formatTimestamp(start_time),
        calendar_event_id: id,
        settings: {},
        at: expect.any(Number),
      },
    ]);
    expect((harness.orders[0]?.at ?? 0) - due).toBeLessThanOrEqual(2000);
    expect(await read()).toMatchObject({ state: 'staged', events: [{ type: 'staged' }] });
    expect(changes()).toMatchObject([{ event_type: 'staged', old_state: 'scheduled', new_state: 'staged' }]);
  });

  it('is handed off for its own link and time if it follows no event, at once if they are near', async () => {
    const harness = createBotHarness(stack);
    const join_at = timestampOf(stack.local.now() + 30_000);
    const bot = await createBot({ ...harness.deps, table: harness.table, ...harness.asksForRules }, harness.projectId, {
      meeting_url: zoomLink,
      join_at,
      bot_name: 'Recorder',
    });
    await harness.workBots();
    expect(harness.standing()).toMatchObject([{ bot_id: bot.id, meeting_url: zoomLink, revision: 1 }]);
    const moveTo = async (time: Timestamp): Promise<void> => {
      await updateBot({ ...harness.deps, ...harness.asksForRules, table: harness.table }, harness.projectId, bot.id, {
        join_at: time,
      });
      await harness.workBots();
    };
    const later = timestampOf(stack.local.now() + minute);
    await moveTo(later);
    expect(harness.standing()).toMatchObject([{ action: 'update', revision: 2, join_at: formatTimestamp(later) }]);

    // Out of its lead time, it is scheduled again.
    const muchLater = stack.local.now() + hour;
    await moveTo(timestampOf(muchLater));
    const read = () => findBot(harness.table, harness.projectId, bot.id);
    expect(await read()).toMatchObject({ state: 'scheduled' });
    expect(harness.orders.at(-1)).toMatchObject({ action: 'cancel', revision: 3 });
    const former = harness.orders.at(-1)?.hand_off_id;
    await passUntil(harness, muchLater - 2 * minute - 1000);
    expect(await read()).toMatchObject({ state: 'scheduled' });
    await passUntil(harness, muchLater - 2 * minute + 5000, 1000);
    expect(await read()).toMatchObject({ state: 'staged' });
    expect(harness.orders.at(-1)).toMatchObject({ action: 'start', revision: 1 });
    expect(harness.orders.at(-1)?.hand_off_id).not.toBe(former);
  });

  it('follows its event as it is then, not as the message was sent', async () => {
    const { harness, user, uuid, bot, sync, event } = await connectWithBot(stack);
    stack.local.advanceClock(millisOf(bot.join_at) - 150_000 - stack.local.now());
    await harness.tick();
    user.move(uuid, 1);
    await sync();
    await passUntil(harness, millisOf(bot.join_at));
    expect(harness.orders).toEqual([]);
    await passUntil(harness, millisOf((await event()).start_time) - 100_000);
    expect(harness.standing()).toMatchObject([{ revision: 1, join_at: formatTimestamp((await event()).start_time) }]);
  });
});

/** A bot that was handed off a minute ago, for a meeting in a minute. */
async function arrangeHandedOff(): Promise<CalendarWithBot> {
  const arranged = await connectWithBot(stack);
  stack.local.advanceClock(millisOf(arranged.bot.join_at) - 60_000 - stack.local.now());
  await arranged.harness.tick();
  await arranged.harness.workBots();
  expect(arranged.harness.standing()).toHaveLength(1);
  return arranged;
}

describe('a change after the hand-off', () => {
  it('is dispatched as a correction of the same hand-off', async () => {
    const { harness, user, uuid, sync, event, read } = await arrangeHandedOff();
    user.move(uuid, withinLead);
    await sync();
    await harness.workBots();
    user.setLocation(uuid, zoomLink);
    await sync();
    await harness.workBots();
    expect(new Set(harness.orders.map(({ hand_off_id }) => hand_off_id)).size).toBe(1);
    expect(harness.orders.map(({ action, revision }) => [action, revision])).toEqual([
      ['start', 1],
      ['update', 2],
      ['update', 3],
    ]);
    expect(harness.standing()).toMatchObject([
      { meeting_url: zoomLink, join_at: formatTimestamp((await event()).start_time) },
    ]);
    expect(await read()).toMatchObject({ state: 'staged' });
  });

  it('that changes nothing for the runner is not dispatched', async () => {
    const { harness, bot } = await arrangeHandedOff();
    const own = { ...harness.deps, ...harness.asksForRules, table: harness.table };
    await updateBot(own, harness.projectId, bot.id, { bot_name: bot.bot_name });
    await harness.workBots();
    expect(harness.orders).toHaveLength(1);
    const changes = [{ metadata: { a: 'b' } }, { settings: { zoom_settings: {} } }, { bot_name: 'Other' }];
    for (const changed of [...changes, ...changes]) {
      await updateBot(own, harness.projectId, bot.id, changed);
      await harness.workBots();
    }
    expect(harness.standing()).toMatchObject([{ action: 'update', revision: 4, bot_name: 'Other' }]);
  });

  it('that removes the meeting withdraws the hand-off, and deletes the bot', async () => {
    const { harness, user, uuid, sync, read, bot } = await arrangeHandedOff();
    user.remove(uuid);
    await sync();
    expect(await read()).toBeNull();
    await harness.workBots();
    expect(harness.standing()).toEqual([]);
    expect(await harness.bot(bot.id)).toBeNull();
  });

  it('is dispatched again after each failure until the runner accepts it', async () => {
    const { harness, user, uuid, sync, event } = await arrangeHandedOff();
    harness.refusals.push('busy', 'busy', 'busy');
    user.move(uuid, withinLead);
    await sync();
    await passUntil(harness, stack.local.now() + 2 * minute);
    expect(harness.standing()).toMatchObject([{ revision: 2, join_at: formatTimestamp((await event()).start_time) }]);
  });
});

describe('a bot’s notifications', () => {
  it('that the bus refuses do not delay the hand-off, and are published later', async () => {
    const { harness, bot, changes } = await connectWithBot(stack);
    const { bus } = harness.handOff;
    let isDown = true;
    harness.handOff.bus = {
      ...bus,
      publishAll: (published) => (isDown ? Promise.reject(new Error('no bus')) : bus.publishAll(published)),
    };
    stack.local.advanceClock(millisOf(bot.join_at) - 120_000 - stack.local.now());
    await expect(handOffBot(harness.handOff, bot.id)).rejects.toThrow('no bus');
    expect(harness.standing()).toMatchObject([{ bot_id: bot.id }]);
    expect(changes()).toEqual([]);
    isDown = false;
    await handOffBot(harness.handOff, bot.id);
    expect(changes()).toMatchObject([{ new_state: 'staged' }]);
  });
});

describe('a runner that accepts nothing', () => {
  it('is tried with growing pauses until ten minutes after the start, when the bot fails with its last code', async () => {
    const { harness, bot, read, changes } = await connectWithBot(stack);
    harness.refusals.push(...Array.from({ length: 500 }, () => 'runner_away'));
    const start = millisOf(bot.join_at);
    stack.local.advanceClock(start - 3 * minute - stack.local.now());
    await passUntil(harness, start + 9.5 * minute, 1000);
    expect(await read()).toMatchObject({ state: 'staged', hand_off: { failures: { code: 'runner_away' } } });
    const tried = 500 - harness.refusals.length;
    expect(tried).toBeGreaterThan(10);
    expect(tried).toBeLessThan(25);
    await passUntil(harness, start + 12 * minute);
    expect(await read()).toMatchObject({
      state: 'fatal_error',
      events: [{ type: 'staged' }, { type: 'fatal_error', sub_type: 'runner_away' }],
    });
    expect(changes().map(({ new_state }) => new_state)).toEqual(['staged', 'fatal_error']);
    harness.refusals.length = 0;
    await passUntil(harness, start + 20 * minute);
    expect(harness.orders).toEqual([]);
  });
});

describe('a report of a runner', () => {
  it('becomes the state of the bot and is announced, and the last one frees the deduplication key', async () => {
    const { harness, bot, read, changes } = await arrangeHandedOff();
    const report = (state: 'joining' | 'joined_recording' | 'ended', second: number) =>
      followRunner({ ...harness.handOff, table: harness.table }, harness.projectId, bot.id, {
        state,
        from: 'client',
        event: { type: state, created_at: timestampOf(stack.local.now() + second * 1000) },
      });
    await report('joining', 1);
    await report('joined_recording', 2);
    await report('joining', 1);
    expect(await read()).toMatchObject({ state: 'joined_recording', recording_state: 'in_progress' });
    await report('ended', 3);
    await report('joining', 4);
    await harness.workBots();
    expect(await read()).toMatchObject({ state: 'ended', recording_state: 'complete' });
    expect(changes().map(({ old_state, new_state }) => [old_state, new_state])).toEqual([
      ['scheduled', 'staged'],
      ['staged', 'joining'],
      ['joining', 'joined_recording'],
      ['joined_recording', 'ended'],
    ]);
  });

  it('from the future counts as now, so that later ones are not old', async () => {
    const { harness, bot, read } = await arrangeHandedOff();
    const report = (state: 'joining' | 'joined_recording', created_at: Timestamp) =>
      followRunner({ ...harness.handOff, table: harness.table }, harness.projectId, bot.id, {
        state,
        from: 'client',
        event: { type: state, created_at },
      });
    await report('joining', timestampOf(Date.parse('9999-01-01T00:00:00Z')));
    expect((await read())?.events.at(-1)?.created_at).toSatisfy(
      (at: Timestamp) => at <= timestampOf(stack.local.now()),
    );
    stack.local.advanceClock(1000);
    await report('joined_recording', timestampOf(stack.local.now()));
    expect(await read()).toMatchObject({ state: 'joined_recording' });
  });

  it('is refused from a runner that does not run the bot', async () => {
    const { harness, bot, read } = await arrangeHandedOff();
    const report = (from: 'client' | 'attendee', handOffId?: string) =>
      followRunner({ ...harness.handOff, table: harness.table }, harness.projectId, bot.id, {
        state: 'joining',
        from,
        event: { type: 'joining', created_at: timestampOf(stack.local.now()) },
        handOffId,
      });
    expect(await report('attendee')).toBeNull();
    expect(await report('client', 'another hand-off')).toBeNull();
    expect(await read()).toMatchObject({ state: 'staged' });
    expect(await report('client')).toMatchObject({ state: 'joining' });
  });

  it('at the same time as another one counts in the order in which a bot passes its states', async () => {
    const { harness, bot, read } = await arrangeHandedOff();
    const created_at = timestampOf(Math.floor(stack.local.now() / 1000) * 1000);
    for (const state of ['joining', 'joined_recording', 'waiting_room', 'joined_recording', 'ended'] as const) {
      await followRunner({ ...harness.handOff, table: harness.table }, harness.projectId, bot.id, {
        state,
        from: 'client',
        event: { type: state, created_at },
      });
    }
    expect((await read())?.events.map(({ type }) => type)).toEqual(['staged', 'joining', 'joined_recording', 'ended']);
  });

  it('is awaited for a day, after which the bot has ended', async () => {
    const { harness, bot, read } = await arrangeHandedOff();
    stack.local.advanceClock(millisOf(bot.join_at) + 24 * hour + minute - stack.local.now());
    await harness.tick();
    await harness.workBots();
    expect(await read()).toMatchObject({ state: 'ended', events: [{}, { type: 'ended', sub_type: 'not_reported' }] });
  });
});
