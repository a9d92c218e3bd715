import { describe, expect, it } from 'vitest';
import { findBotDecision } from '../../../shared/bot-rules/find-bot-decision.ts';
import { findBot, saveBot } from '../../../shared/bots/bot-store.ts';
import { deleteBot } from '../../../shared/bots/delete-bot.ts';
import { updateBot } from '../../../shared/bots/update-bot.ts';
import { updateBotSettings } from '../../../shared/bots/update-bot-settings.ts';
import { arrangeCalendars } from '../../support/shared-meetings.ts';
import { useStackWithOwnTable } from '../../support/use-stack.ts';

const stack = useStackWithOwnTable('one-meeting');

const link = 'https://zoom.us/j/85550001111';
const spelled = 'https://us02web.zoom.us/j/85550001111?pwd=Ab.1';

/** Calendars with rules that give bots to all meetings; `shown` are the bots in the order of their names and links. */
async function arrange(count = 1) {
  const arranged = await arrangeCalendars(stack, count);
  await arranged.put();
  const shown = async () =>
    (await arranged.bots()).map((bot) => `${bot.bot_name} ${bot.meeting_url} ${bot.calendar_id ?? 'link'}`).sort();
  const applied = async () => {
    await arranged.syncAll();
    await arranged.harness.decide();
    return shown();
  };
  const reasons = async () => {
    const { harness, events } = arranged;
    const found = await Promise.all(
      (await events()).map(({ id }) =>
        findBotDecision({ table: harness.table, clock: harness.deps.clock }, harness.projectId, id),
      ),
    );
    return found.map((one) => String(one?.decision.reason)).sort();
  };
  return { ...arranged, shown, applied, reasons, idOf: (index: number) => arranged.calendars[index]?.id };
}

describe('a bot that a user creates for the link of a meeting', () => {
  it('is the only bot, whichever comes first, at the start, before it and during the meeting', async () => {
    for (const [joins, isFirst] of [
      [120, true],
      [120, false],
      [111, false],
      [179, false],
    ] as const) {
      const { insert, ask, applied, reasons } = await arrange();
      insert(0, { link, start: 120 });
      if (!isFirst) expect(await applied()).toHaveLength(1);
      await ask({ meeting_url: spelled, start: joins });
      expect(await applied()).toEqual([`Recorder ${spelled} link`]);
      expect(await reasons()).toEqual(['meeting_has_bot']);
    }
  });

  it('is another bot when it joins on another day, or when the meeting is over', async () => {
    for (const joins of [120 + 26 * 60, 180, 109]) {
      const { insert, ask, applied } = await arrange();
      insert(0, { link, start: 120 });
      await ask({ meeting_url: spelled, start: joins });
      expect(await applied()).toHaveLength(2);
    }
  });

  it('leaves the meeting to the rules when its user moves it, and takes it again when it comes back', async () => {
    const { insert, ask, applied, harness, timeOf, shown, idOf } = await arrange();
    insert(0, { link, start: 120 });
    const bot = await ask({ meeting_url: spelled, start: 120 });
    await applied();
    const deps = { ...harness.rules, ...harness.asksForRules };
    await updateBot(deps, harness.projectId, bot.id, { join_at: timeOf(600) });
    await harness.decide();
    expect(await shown()).toEqual([`Notetaker ${link} ${idOf(0)}`, `Recorder ${spelled} link`]);
    await updateBot(deps, harness.projectId, bot.id, { join_at: timeOf(125) });
    await harness.decide();
    expect(await shown()).toEqual([`Recorder ${spelled} link`]);
  });

  it('leaves the meeting to the rules when it has failed; when its user removes it, no rule adds one', async () => {
    const [failing, removed] = [await arrange(), await arrange()];
    for (const { insert, ask, applied, harness } of [failing, removed]) {
      insert(0, { link, start: 120 });
      const bot = await ask({ meeting_url: spelled, start: 120 });
      await applied();
      if (harness === removed.harness) await deleteBot(harness.rules, harness.projectId, bot.id);
      else {
        const stored = await findBot(harness.table, harness.projectId, bot.id);
        if (stored) await saveBot(harness.rules, { before: stored, after: { ...stored, state: 'fatal_error' } });
        harness.ruled.push({ message: { kind: 'bot', project_id: harness.projectId, bot_id: bot.id }, dueAt: 0 });
      }
      await harness.decide();
    }
    expect(await failing.shown()).toEqual([`Notetaker ${link} ${failing.idOf(0)}`, `Recorder ${spelled} link`]);
    expect(await removed.applied()).toEqual([]);
    expect(await removed.reasons()).toEqual(['bot_removed']);
  });

  it('is no bot of the event any more when it has moved away, and the decisions say who has one', async () => {
    const { insert, change, ask, applied, harness, timeOf, calendars, reasons } = await arrange(2);
    // Of equally good events the one with the smaller id, which begins with its calendar's, would have the bot.
    const [index, other] = (calendars[0]?.id ?? '') < (calendars[1]?.id ?? '') ? [0, 1] : [1, 0];
    const event = insert(index, { link: 'https://acme.zoom.us/my/pat.lee', start: 120 });
    await applied();
    const bot = await ask({ meeting_url: 'https://acme.zoom.us/my/pat.lee', start: 120 });
    insert(other, { link, start: 120 });
    await applied();
    change(index, event, { link: spelled });
    await applied();
    const deps = { ...harness.rules, ...harness.asksForRules };
    await updateBot(deps, harness.projectId, bot.id, { join_at: timeOf(600) });
    expect(await applied()).toHaveLength(2);
    expect(await reasons()).toEqual(['duplicate_of_other_calendar', 'rule_matched']);
  });

  it('serves two meetings of a room which it joins both', async () => {
    const { insert, ask, applied, reasons } = await arrange(2);
    insert(0, { link, start: 120 });
    insert(1, { link: spelled, start: 150, length: 20 });
    await ask({ meeting_url: link, start: 155 });
    expect(await applied()).toEqual([`Recorder ${link} link`]);
    expect(await reasons()).toEqual(['meeting_has_bot', 'meeting_has_bot']);
  });

  it('leaves its own bot to a meeting that begins later in the same room, and all come to rest', async () => {
    const { insert, ask, applied, reasons, idOf } = await arrange(2);
    insert(0, { link, start: 120, length: 90 });
    insert(1, { link: spelled, start: 180 });
    await ask({ meeting_url: link, start: 115 });
    expect(await applied()).toEqual([`Notetaker ${spelled} ${idOf(1)}`, `Recorder ${link} link`]);
    expect(await reasons()).toEqual(['meeting_has_bot', 'rule_matched']);
  });
});

describe('events with one iCalendar UID and start', () => {
  const [byName, byNumber] = ['https://acme.zoom.us/my/pat.lee', 'https://acme.zoom.us/j/4712345678?pwd=abc'];

  it('are one meeting, whatever their links are; at another start they are another one', async () => {
    const { insert, applied, reasons } = await arrange(2);
    insert(0, { link: byName, uid: 'u@acme', start: 120 });
    insert(1, { link: byNumber, uid: 'u@acme', start: 120 });
    expect(await applied()).toHaveLength(1);
    expect(await reasons()).toEqual(['duplicate_of_other_calendar', 'rule_matched']);
    insert(1, { link: byNumber, uid: 'u@acme', start: 300 });
    expect(await applied()).toHaveLength(2);
  });

  it('pass their bot on when the event that has it leaves the meeting', async () => {
    const { insert, change, applied, bots, idOf, calendars } = await arrange(2);
    const uuids = [
      insert(0, { link: byName, uid: 'u@acme', start: 120 }),
      insert(1, { link: byNumber, uid: 'u@acme', start: 120 }),
    ];
    await applied();
    const holder = (await bots())[0]?.calendar_id === idOf(0) ? 0 : 1;
    change(holder, uuids[holder] ?? '', { start: 400 });
    await applied();
    const holders = new Set((await bots()).map(({ calendar_id }) => calendar_id));
    expect(holders).toEqual(new Set(calendars.map(({ id }) => id)));
  });

  it('have the bot that a user created for one of them', async () => {
    const { insert, ask, applied, events, idOf } = await arrange(2);
    insert(0, { link: byName, uid: 'u@acme', start: 120 });
    insert(1, { link: byNumber, uid: 'u@acme', start: 120 });
    await applied();
    const other = (await events()).find(({ bots }) => bots.length === 0);
    await ask({ calendar_event_id: other?.id ?? '' });
    expect(await applied()).toEqual([`Recorder ${other?.meeting_url} ${other?.calendar_id}`]);
    expect([idOf(0), idOf(1)]).toContain(other?.calendar_id);
  });

  it('do not make one meeting of two others', async () => {
    const { insert, applied } = await arrange(3);
    insert(0, { link: byName, uid: 'a@acme', start: 120 });
    insert(1, { link: byNumber, uid: 'b@acme', start: 120 });
    insert(2, { link: byName, uid: 'b@acme', start: 120, from: 'stranger' });
    expect(await applied()).toHaveLength(2);
  });
});

describe('the best event of a meeting', () => {
  const [wrong, right] = ['https://evil.zoom.us/j/95551234567?pwd=WRONG', 'https://zoom.us/j/95551234567?pwd=RIGHT'];

  it('has the bot with its link, whichever comes first', async () => {
    for (const [from, isFirst] of [
      ['own', true],
      ['colleague', true],
      ['accepted', false],
    ] as const) {
      const { insert, applied, idOf, reasons } = await arrange(2);
      const decoy = () => insert(0, { link: wrong, start: 120, from: 'stranger' });
      if (isFirst) decoy();
      else insert(1, { link: right, start: 120, from });
      expect(await applied()).toEqual([`Notetaker ${isFirst ? wrong : right} ${idOf(isFirst ? 0 : 1)}`]);
      if (isFirst) insert(1, { link: right, start: 120, from });
      else decoy();
      expect(await applied()).toEqual([`Notetaker ${right} ${idOf(1)}`]);
      expect(await reasons()).toEqual(['duplicate_of_other_calendar', 'rule_matched']);
    }
  });

  it('takes the bot over when it becomes the best, or when another one becomes worse', async () => {
    const { insert, change, applied, idOf } = await arrange(2);
    const first = insert(0, { link: right, start: 120, from: 'accepted' });
    const second = insert(1, { link: wrong, start: 120, from: 'stranger' });
    expect(await applied()).toEqual([`Notetaker ${right} ${idOf(0)}`]);
    change(1, second, { from: 'own' });
    expect(await applied()).toEqual([`Notetaker ${wrong} ${idOf(1)}`]);
    change(1, second, { from: 'stranger' });
    expect(await applied()).toEqual([`Notetaker ${right} ${idOf(0)}`]);
    change(0, first, { from: 'colleague' });
    expect(await applied()).toEqual([`Notetaker ${right} ${idOf(0)}`]);
  });

  it('leaves the bot where it is after the hand-off', async () => {
    const { insert, applied, idOf, bots, harness } = await arrange(2);
    insert(0, { link: wrong, start: 120, from: 'stranger' });
    await applied();
    const [bot] = await bots();
    if (bot) await saveBot(harness.rules, { before: bot, after: { ...bot, state: 'staged' } });
    insert(1, { link: right, start: 120 });
    expect(await applied()).toEqual([`Notetaker ${wrong} ${idOf(0)}`]);
  });
});

describe('a standing room', () => {
  it('has one bot at a time, and gives it to the other meeting when the first one is shorter, or gone', async () => {
    const { insert, change, remove, applied, reasons, idOf } = await arrange(2);
    const first = insert(0, { link, start: 120 });
    await applied();
    insert(1, { link: spelled, start: 150 });
    expect(await applied()).toEqual([`Notetaker ${link} ${idOf(0)}`]);
    expect(await reasons()).toEqual(['duplicate_of_other_calendar', 'rule_matched']);
    change(0, first, { start: 120, length: 30 });
    expect(await applied()).toHaveLength(2);
    change(0, first, { start: 120, length: 45 });
    // Both have a bot: the later meeting loses its bot.
    expect(await applied()).toEqual([`Notetaker ${link} ${idOf(0)}`]);
    remove(0, first);
    expect(await applied()).toEqual([`Notetaker ${spelled} ${idOf(1)}`]);
  });

  it('has the bot of the best of its meetings, or of each where the project wants that', async () => {
    const { insert, applied, idOf, harness, shown } = await arrange(2);
    insert(0, { link, start: 120, from: 'stranger' });
    await applied();
    insert(1, { link: spelled, start: 150 });
    expect(await applied()).toEqual([`Notetaker ${spelled} ${idOf(1)}`]);
    const { envelope } = harness.deps;
    const deps = { ...harness.rules, ...harness.asksForRules, envelope, syncCalendars: async () => undefined };
    await updateBotSettings(deps, harness.projectId, { one_bot_per_room: false });
    await harness.decide();
    expect(await shown()).toHaveLength(2);
  });
});

describe('an event with two requested bots', () => {
  it('keeps its room when the bot of the meeting is deleted: the other one is the meeting’s', async () => {
    const { insert, ask, applied, events, harness } = await arrange(2);
    insert(0, { link, start: 120, length: 90 });
    await applied();
    const [event] = await events();
    const asked = [
      await ask({ calendar_event_id: event?.id ?? '' }),
      await ask({ calendar_event_id: event?.id ?? '' }),
    ];
    insert(1, { link: spelled, start: 180 });
    expect(await applied()).toHaveLength(2);
    for (const [index, { id }] of asked.entries()) {
      await deleteBot(harness.rules, harness.projectId, id);
      const left = await applied();
      // Without a requested bot the room is free for the other meeting.
      expect(left.map((bot) => bot.split(' ', 1)[0])).toEqual([index === 0 ? 'Recorder' : 'Notetaker']);
    }
  });
});

describe('an event that shares its link with one meeting and its UID with another', () => {
  const personal = 'https://zoom.us/my/a.person';

  it('takes the bots of both over when it is better', async () => {
    const { insert, applied, idOf } = await arrange(3);
    insert(0, { link, uid: 'a@acme.example', start: 120, from: 'stranger' });
    insert(1, { link: personal, uid: 'b@acme.example', start: 120, from: 'stranger' });
    expect(await applied()).toHaveLength(2);
    insert(2, { link: spelled, uid: 'b@acme.example', start: 120, from: 'accepted' });
    expect(await applied()).toEqual([`Notetaker ${spelled} ${idOf(2)}`]);
  });
});
