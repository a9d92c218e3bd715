import { describe, expect, it } from 'vitest';
import { deleteCalendar } from '../../../shared/calendars/delete-calendar.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';
import { type ArrangedMeeting, arrangeMeeting, both, join } from './arrange-meeting.ts';

const stack = useStackWithOwnTable('reconcile-meeting');

describe('one meeting in two calendars', () => {
  it('has one bot at any time, also when both calendars are synced and decided at once', async () => {
    for (let round = 0; round < 5; round += 1) {
      const { harness, syncAll, bots, removals } = await arrangeMeeting(stack, both);
      await harness.put([join]);
      harness.ruled.length = 0;
      await syncAll();
      harness.route();
      const messages = harness.ruled.splice(0);
      await Promise.all([...messages, ...messages].map((entry) => harness.work(entry)));
      await harness.decide();
      expect((await bots()).flat()).toEqual(['Notes']);
      // No bot was ever removed, so there were never two.
      expect(removals()).toEqual([]);
    }
  });

  const leaving: Record<string, (arranged: ArrangedMeeting, index: number) => Promise<unknown>> = {
    'is not wanted by rules any more': async ({ calendars }, index) => {
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
    'is in a calendar that is disconnected': async ({ harness, calendars }, index) => {
      const { user, uuid, id } = calendars[index] ?? {};
      if (!user || !id) return;
      user.account.revoked = true;
      user.expireAccessTokens();
      user.rename(uuid ?? '', 'unseen');
      await harness.loseAccess(id);
    },
    'is in a calendar that is deleted': async ({ harness, calendars }, index) => {
      const id = calendars[index]?.id ?? '';
      const { calendar } = await harness.load(id);
      await deleteCalendar(harness.deps, calendar);
      await harness.finish(id, 'delete');
    },
  };

  it.each(Object.entries(leaving))(
    'has its bot in the other calendar when the event that holds it %s',
    async (_name, leave) => {
      const arranged = await arrangeMeeting(stack, both);
      const { harness, syncAll, bots, eventOf } = arranged;
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      const holder = (await bots()).findIndex((names) => names.length > 0);
      await leave(arranged, holder);
      await harness.decide();
      expect((await eventOf(1 - holder)).bots).toMatchObject([{ bot_name: 'Notes', state: 'scheduled' }]);
    },
  );

  it('gets a bot again when its calendar is connected again', async () => {
    const { harness, calendars, bots, syncAll } = await arrangeMeeting(stack);
    await harness.put([join]);
    await syncAll();
    await harness.decide();
    const { user, uuid, id } = calendars[0] ?? {};
    if (!user || !id) throw new Error('no calendar');
    user.account.revoked = true;
    user.expireAccessTokens();
    user.rename(uuid ?? '', 'unseen');
    await harness.loseAccess(id);
    await harness.decide();
    expect(await bots()).toEqual([[]]);
    user.account.revoked = false;
    await harness.finish(id, 'patch');
    await harness.decide();
    expect(await bots()).toEqual([['Notes']]);
  });
});

describe('a bot that a user creates', () => {
  it('replaces the bot of the rules, in the same calendar or the other one', async () => {
    for (const calendar of [0, 1]) {
      const { harness, syncAll, bots, eventOf, removals } = await arrangeMeeting(stack, both);
      await harness.put([join]);
      await syncAll();
      await harness.decide();
      await harness.schedule((await eventOf(calendar)).id);
      await harness.decide();
      expect((await bots()).flat()).toEqual(['Recorder']);
      expect(removals()).toMatchObject([{ event_metadata: { decision: 'duplicate_of_other_calendar' } }]);
    }
  });

  it('stays when rules want no bot for its event, and no other event of the meeting gets one', async () => {
    const { harness, calendars, syncAll, bots, eventOf } = await arrangeMeeting(stack, both);
    await syncAll();
    await harness.schedule((await eventOf(0)).id);
    await harness.put([join]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], []]);
    await harness.put([{ ...join, calendars: [calendars[1]?.id ?? ''] }]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], []]);
    await harness.put([]);
    await harness.decide();
    expect(await bots()).toEqual([['Recorder'], []]);
  });
});
