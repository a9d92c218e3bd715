import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { putBotSettings } from '../../../shared/bots/bot-settings-store.ts';
import { botsPerEvent } from '../../../shared/bots/bot-store.ts';
import { hideCalendar } from '../../../shared/calendars/calendar-store.ts';
import { eventKey } from '../../../shared/events/event-row.ts';
import { randomId } from '../../../shared/platform/ids.ts';
import { timestampOf } from '../../../shared/platform/timestamp.ts';
import { type CalendarWithBot, connectWithBot, meetLink, zoomLink } from '../../support/botted-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('follow-event');

const removal = (reason: string) => ({
  event_type: 'removed',
  event_sub_type: reason,
  event_metadata: {},
  old_state: 'scheduled',
  new_state: null,
  created_at: expect.any(String),
  runner: null,
});

describe.each(['google', 'microsoft'] as const)('a bot of an event of %s', (platform) => {
  it('is among the bots of its event, and moves with the event', async () => {
    const { user, uuid, sync, read, bot, event, changes } = await connectWithBot(stack, platform);
    expect((await event()).bots.map(({ id }) => id)).toEqual([bot.id]);
    user.move(uuid, 5);
    await sync();
    expect((await read())?.join_at).toBe((await event()).start_time);
    user.setLocation(uuid, zoomLink);
    await sync();
    expect(await read()).toMatchObject({ meeting_url: zoomLink, state: 'scheduled' });
    expect((await event()).bots.map(({ meeting_url }) => meeting_url)).toEqual([zoomLink]);
    user.rename(uuid, 'renamed');
    await sync();
    expect(changes()).toEqual([]);
  });
});

/** Changes that remove a bot, by the reason in its notification. */
const endings: Record<string, (arranged: CalendarWithBot) => void> = {
  event_deleted: ({ user, uuid }) => user.remove(uuid),
  meeting_url_removed: ({ user, uuid }) => user.setLocation(uuid, 'Room 5'),
  event_in_past: ({ user, uuid }) => user.move(uuid, -0.5),
};

describe('a bot without a meeting to join', () => {
  it.each(Object.entries(endings))(
    'is removed and announced once, and its deduplication key is free: %s',
    async (reason, change) => {
      const arranged = await connectWithBot(stack);
      const { harness, user, sync, read, changes, event, bot } = arranged;
      change(arranged);
      const other = user.insert('other', 3, meetLink);
      await sync();
      expect(await read()).toBeNull();
      expect((await event()).bots).toEqual([]);
      expect(changes()).toEqual([removal(reason)]);
      await sync();
      expect(changes()).toHaveLength(1);
      expect(await harness.bot(bot.id)).toBeNull();
      const next = (await harness.stored(arranged.calendarId)).find(({ platform_uuid }) => platform_uuid === other);
      await expect(harness.schedule(next?.id ?? '', { deduplication_key: 'one' })).resolves.toMatchObject({
        state: 'scheduled',
      });
    },
  );

  it('stays removed when the event comes back', async () => {
    const { user, uuid, sync, read, event } = await connectWithBot(stack);
    user.setLocation(uuid, 'Room 5');
    await sync();
    user.setLocation(uuid, meetLink);
    await sync();
    expect(await read()).toBeNull();
    expect((await event()).bots).toEqual([]);
  });
});

describe('a commit', () => {
  it('is prepared again when a bot was created meanwhile for the event it changes', async () => {
    const { harness, user, uuid, sync, event } = await connectWithBot(stack);
    const { client } = harness.deps.table;
    let created: Promise<unknown> | undefined;
    const { id } = await event();
    user.move(uuid, 6);
    // Right before the commit's transaction.
    harness.deps.table = {
      ...harness.deps.table,
      client: new Proxy(client, {
        get: (target, name) =>
          name === 'send'
            ? async (command: Parameters<typeof client.send>[0]) => {
                if (command.constructor.name === 'TransactWriteCommand') {
                  created ??= harness.schedule(id);
                  await created;
                }
                return target.send(command);
              }
            : Reflect.get(target, name),
      }),
    };
    await sync();
    const { bots, start_time } = await event();
    expect(bots.map(({ join_at }) => join_at)).toEqual([start_time, start_time]);
  });

  it('removes the bots of many events that are deleted at once, in as many transactions as it needs', async () => {
    const { harness, user, calendarId, sync, changes } = await connectWithBot(stack);
    const uuids = user.insertMany(Array.from({ length: 60 }, (_, index) => ({ name: `e${index}`, hours: 4 })));
    for (const uuid of uuids) user.setLocation(uuid, meetLink);
    await sync();
    const events = (await harness.stored(calendarId)).filter(({ name }) => name?.startsWith('e'));
    for (const { id } of events) await harness.schedule(id, { deduplication_key: id });
    harness.notifications.length = 0;
    for (const uuid of uuids) user.remove(uuid);
    await sync();
    expect(changes()).toHaveLength(60);
    expect((await harness.stored(calendarId)).flatMap(({ bots }) => bots)).toHaveLength(1);
    expect((await harness.load(calendarId)).outbox).toEqual([]);
  });
});

describe('a disconnect', () => {
  const disconnect = async ({ user, uuid, harness, calendarId }: CalendarWithBot) => {
    user.account.revoked = true;
    user.expireAccessTokens();
    user.rename(uuid, 'unseen');
    await harness.loseAccess(calendarId);
  };
  const reconnect = async ({ user, harness, calendarId }: CalendarWithBot) => {
    user.account.revoked = false;
    await harness.finish(calendarId, 'patch');
  };

  it('removes the scheduled bots, which stay removed', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, read, changes, event, bot, calendarId } = arranged;
    await disconnect(arranged);
    await harness.workBots();
    expect((await harness.load(calendarId)).calendar.state).toBe('disconnected');
    expect(await read()).toBeNull();
    expect((await event()).bots).toEqual([]);
    expect(changes()).toEqual([removal('calendar_disconnected')]);
    await reconnect(arranged);
    expect(await read()).toBeNull();
    expect(await harness.bot(bot.id)).toBeNull();
  });

  it('parks its bots for a reconnect if the project wants it, which restores them for their events as they are then', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, user, uuid, read, changes, event } = arranged;
    await putBotSettings(harness.table, harness.projectId, harness.settings({ restore_bots_on_reconnect: true }));
    await disconnect(arranged);
    expect(await read()).toBeNull();
    expect((await event()).bots).toEqual([]);
    user.move(uuid, 7);
    await reconnect(arranged);
    await harness.workBots();
    expect(await read()).toMatchObject({
      state: 'scheduled',
      join_at: (await event()).start_time,
      deduplication_key: 'one',
    });
    expect((await event()).bots).toHaveLength(1);
    expect(changes().map(({ event_type }) => event_type)).toEqual(['removed', 'restored']);
    user.move(uuid, 8);
    await harness.finish(arranged.calendarId, 'push');
    expect((await read())?.join_at).toBe((await event()).start_time);
  });

  it('leaves a bot removed after the reconnect if its event is gone by then', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, user, uuid, read, bot } = arranged;
    await putBotSettings(harness.table, harness.projectId, harness.settings({ restore_bots_on_reconnect: true }));
    await disconnect(arranged);
    user.remove(uuid);
    await reconnect(arranged);
    expect(await read()).toBeNull();
    expect(await harness.bot(bot.id)).toBeNull();
  });

  it('leaves a bot removed after the reconnect if its event has no room for another bot', async () => {
    const arranged = await connectWithBot(stack);
    const { harness, calendarId, event, read, bot } = arranged;
    await putBotSettings(harness.table, harness.projectId, harness.settings({ restore_bots_on_reconnect: true }));
    await disconnect(arranged);
    const others = Array.from({ length: botsPerEvent }, () => randomId('bot'));
    await harness.table.client.send(
      new UpdateCommand({
        TableName: harness.table.name,
        Key: eventKey(harness.projectId, calendarId, (await event()).id),
        UpdateExpression: 'SET bot_ids = :bots',
        ExpressionAttributeValues: { ':bots': new Set(others) },
      }),
    );
    await reconnect(arranged);
    expect(await read()).toBeNull();
    expect(await harness.bot(bot.id)).toBeNull();
  });

  it('and a reconnect restore every bot exactly once, after a crash at any call of the reconnect', {
    timeout: 90_000,
  }, async () => {
    for (let crashAfter = 1; ; crashAfter += 1) {
      const arranged = await connectWithBot(stack);
      const { harness, user, calendarId, read, event, changes } = arranged;
      await putBotSettings(harness.table, harness.projectId, harness.settings({ restore_bots_on_reconnect: true }));
      await disconnect(arranged);
      user.account.revoked = false;
      const crashed = await harness.deliverCrashing(calendarId, 'patch', crashAfter);
      await harness.finish(calendarId, 'patch');
      stack.local.advanceClock(2 * 60_000);
      await harness.tick();
      await harness.finish(calendarId, 'schedule');
      await harness.workBots();
      expect(await read(), `dead after ${crashAfter}`).toMatchObject({ state: 'scheduled' });
      expect((await event()).bots).toHaveLength(1);
      expect(new Set(changes().map((data) => JSON.stringify(data))).size).toBe(2);
      if (!crashed) break;
    }
  });

  it('removes every bot exactly once after a crash at any of its calls', { timeout: 90_000 }, async () => {
    for (let crashAfter = 1; ; crashAfter += 1) {
      const arranged = await connectWithBot(stack);
      const { harness, user, uuid, calendarId, read, changes } = arranged;
      user.account.revoked = true;
      user.expireAccessTokens();
      user.rename(uuid, 'unseen');
      await harness.refuseForTenMinutes(calendarId);
      const crashed = await harness.deliverCrashing(calendarId, 'schedule', crashAfter);
      await harness.finish(calendarId, 'schedule');
      stack.local.advanceClock(2 * 60_000);
      await harness.tick();
      await harness.workBots();
      expect(await read(), `dead after ${crashAfter}`).toBeNull();
      expect(new Set(changes().map((data) => JSON.stringify(data))).size).toBe(1);
      if (!crashed) break;
    }
  });
});

describe('a deleted calendar', () => {
  it('removes its bots', async () => {
    const { harness, calendarId, read, changes, bot } = await connectWithBot(stack);
    const { calendar } = await harness.load(calendarId);
    const now = harness.deps.clock.stamp();
    await hideCalendar(harness.table, calendar, now, timestampOf(stack.local.now()));
    await harness.deliver(calendarId, 'delete');
    await harness.workBots();
    expect(await read()).toBeNull();
    expect(await harness.bot(bot.id)).toBeNull();
    expect(changes()).toEqual([removal('calendar_deleted')]);
  });
});
