import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { deleteBot } from '../../../shared/bots/delete-bot.ts';
import { followRunner } from '../../../shared/bots/follow-runner.ts';
import { updateBot } from '../../../shared/bots/update-bot.ts';
import { openBotsCommit } from '../../../shared/events/change-feed/bots-change-store.ts';
import { type ChangeCursor, listCalendarChanges } from '../../../shared/events/change-feed/list-calendar-changes.ts';
import { createClock } from '../../../shared/platform/clock.ts';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { feedTimingMs } from '../../../shared/platform/timing.ts';
import { transact } from '../../../shared/store/transaction.ts';
import { type CalendarWithBot, connectWithBot } from '../../support/botted-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('bots-in-the-feed');

/** Reads the feed on from where it ended last. The first call makes it a feed that is read. */
function readerOf({ harness }: CalendarWithBot, calendarId: string | null = null) {
  let cursor: ChangeCursor | null = null;
  const clock = createClock(stack.local.now);
  return async () => {
    const deps = { table: harness.table, clock, retentionDays: 30, pause: () => Promise.resolve() };
    const page = await listCalendarChanges(deps, harness.projectId, { calendarId, cursor });
    cursor = page.next;
    return page.changes.map(({ type, changed_fields, event }) => [type, changed_fields.join(), event.id]);
  };
}

const depsOf = ({ harness }: CalendarWithBot) => ({
  ...harness.handOff,
  ...harness.asksForRules,
  table: harness.table,
});

/** Brings the bot to its runner. */
async function handOff({ harness, bot }: CalendarWithBot): Promise<void> {
  stack.local.advanceClock(millisOf(bot.join_at) - 60_000 - stack.local.now());
  await harness.tick();
  await harness.workBots();
  expect(harness.standing()).toHaveLength(1);
}

describe('the change feed of a project that reads it', () => {
  it('has every change of a bot that users see, as a change of its event', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, bot, event, calendarId } = arranged;
    const { id } = await event();
    const [read, readOwn] = [readerOf(arranged), readerOf(arranged, calendarId)];
    // What happened before the first read is in the event, which is listed.
    expect(await read()).toEqual([['created', '', id]]);
    await readOwn();
    const entry = ['changed', 'bots', id];

    const second = await harness.schedule(id);
    expect(await read()).toEqual([entry]);
    await updateBot(depsOf(arranged), harness.projectId, second.id, { bot_name: 'Scribe' });
    expect(await read()).toEqual([entry]);
    await deleteBot(depsOf(arranged), harness.projectId, second.id);
    expect(await read()).toEqual([entry]);

    // The hand-off and the delivery of the order: the second is seen by `runner` alone.
    await handOff(arranged);
    expect(await read()).toEqual([entry]);
    await followRunner(depsOf(arranged), harness.projectId, bot.id, {
      state: 'joining',
      from: 'client',
      event: { type: 'joining', created_at: timestampOf(stack.local.now()) },
    });
    expect(await read()).toEqual([entry]);
    expect(await readOwn()).toEqual([entry, entry, entry, entry, entry]);
  });

  it('has one entry where a sync changes an event and its bots', async () => {
    const arranged = await connectWithBot(stack);
    const { user, uuid, sync, event } = arranged;
    const read = readerOf(arranged);
    await read();
    user.move(uuid, 5);
    await sync();
    expect(await read()).toEqual([['changed', expect.stringContaining('start_time'), (await event()).id]]);
  });

  it('has the change of a bot that took longer than the first reader waits', async () => {
    const arranged = await connectWithBot(stack);
    const { bot } = arranged;
    const { items, close } = await openBotsCommit(depsOf(arranged), [
      { ...bot, calendar_id: arranged.calendarId, calendar_event_id: (await arranged.event()).id },
    ]);
    expect(items).toEqual({});
    const read = readerOf(arranged);
    await read();
    expect(await read()).toEqual([]);
    await sleep(feedTimingMs.unmarkedCommit);
    await close('done');
    expect(await read()).toEqual([['changed', 'bots', bot.calendar_event_id]]);
  });

  it('has no entry of an event that is gone, and goes on after it', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, calendarId } = arranged;
    const read = readerOf(arranged);
    await read();
    const ids = { id: 'bot_0', calendar_id: calendarId, calendar_event_id: 'evt_gone' };
    const gone = { ...ids, project_id: harness.projectId, version: 1 };
    const { items } = await openBotsCommit(depsOf(arranged), [gone]);
    expect(await transact(harness.table, items)).toEqual([]);
    expect(await read()).toEqual([]);
    await updateBot(depsOf(arranged), harness.projectId, arranged.bot.id, { bot_name: 'Scribe' });
    expect(await read()).toHaveLength(1);
  });
});
