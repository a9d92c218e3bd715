import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import type { BotDecision } from '../../shared/bot-rules/bot-decision.ts';
import { readBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import { decideBot } from '../../shared/bot-rules/decide-bot.ts';
import { decideEvents } from '../../shared/bot-rules/decide-events.ts';
import { eventRank } from '../../shared/bot-rules/event-rank.ts';
import { findBotDecision } from '../../shared/bot-rules/find-bot-decision.ts';
import { joiningTimes } from '../../shared/bot-rules/read-meeting.ts';
import { type Bot, isBeforeMeeting, isFollowing, isTerminal } from '../../shared/bots/bot.ts';
import { saveBot } from '../../shared/bots/bot-store.ts';
import { stageBot } from '../../shared/bots/change-bot.ts';
import { deleteBot } from '../../shared/bots/delete-bot.ts';
import { readClaims } from '../../shared/bots/meeting-claim-store.ts';
import { updateBot } from '../../shared/bots/update-bot.ts';
import { readCalendars } from '../../shared/calendars/calendar-look-up-store.ts';
import type { CalendarEvent } from '../../shared/events/calendar-event.ts';
import { meetingKey, meetingKeysOf, splitMeetingKey } from '../../shared/meeting-links/meeting-key.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import { millisOf, timestampOf } from '../../shared/platform/timestamp.ts';
import { type Change, calendarCount, change, knownFaults, links, uids } from '../support/meeting-changes.ts';
import { arrangeCalendars } from '../support/shared-meetings.ts';
import { useStackWithOwnTable } from '../support/use-stack.ts';

/** A few runs belong to every test run; `npm run campaign` makes a hundred, with more changes each. */
const isCampaign = process.env.KALENDS_CAMPAIGN_RUNS !== undefined;
const runs = isCampaign ? Math.max(100, Number(process.env.KALENDS_CAMPAIGN_RUNS)) : 13;
const mostChanges = isCampaign ? 30 : 12;

const stack = useStackWithOwnTable('one-bot-per-meeting');

async function walk(changes: Change[]): Promise<void> {
  const arranged = await arrangeCalendars(stack, calendarCount);
  const { harness, ask, bots, events } = arranged;
  const { projectId, table, rules, ruled } = harness;
  const deps = { ...rules, ...harness.asksForRules };
  const uuids: { calendar: number; uuid: string }[] = [];
  const startOf = (which: number): number => 120 + (which % 2) * 60;
  /** Some meetings of a room overlap. */
  const lengthOf = (which: number): number => (which % 3 === 0 ? 90 : 60);
  await arranged.put();

  /** Works every message, what is held back, too, and those that follow; side by side, each twice, or one by one. */
  const decide = async (areTogether: boolean): Promise<void> => {
    for (let round = areTogether ? 0 : 3; round < 3; round += 1) {
      await harness.workBots();
      harness.route();
      const taken = ruled.splice(0);
      const outcomes = await Promise.allSettled([...taken, ...taken].map((entry) => harness.work(entry)));
      // Too many at once; the message is delivered again.
      outcomes.forEach((outcome, index) => {
        const entry = [...taken, ...taken][index];
        if (outcome.status === 'rejected' && entry) ruled.push(entry);
      });
    }
    await harness.decide();
  };
  const oneOf = <Value>(values: Value[], which: number): Value | undefined =>
    values[which % Math.max(1, values.length)];

  const apply = async ({ kind, calendar, which, link, uid, from, late }: Change): Promise<void> => {
    const known = oneOf(uuids, which);
    const url = links[link] ?? '';
    if (kind === 'insert') {
      const ownUid = uids[uid];
      const uuid = arranged.insert(calendar, {
        link: url,
        start: startOf(which),
        length: lengthOf(which),
        from,
        ...(ownUid && { uid: ownUid }),
      });
      uuids.push({ calendar, uuid });
    }
    if (known && kind === 'move')
      arranged.change(known.calendar, known.uuid, { start: startOf(which + 1), length: lengthOf(which) });
    if (known && kind === 'place') arranged.change(known.calendar, known.uuid, { link: url });
    if (known && kind === 'answer') arranged.change(known.calendar, known.uuid, { from });
    if (known && kind === 'remove') {
      arranged.remove(known.calendar, known.uuid);
      uuids.splice(uuids.indexOf(known), 1);
    }
    if (kind === 'ask') await ask({ calendar_event_id: oneOf(await events(), which)?.id ?? '' });
    if (kind === 'ask for link') await ask({ meeting_url: url, start: startOf(which) + late });
    const standing = await bots();
    const bot = oneOf(standing, which);
    if (kind === 'delete bot') await deleteBot(rules, projectId, bot?.id ?? '');
    const forLink = oneOf(
      standing.filter(({ calendar_event_id }) => calendar_event_id === null),
      which,
    );
    if (forLink && kind === 'move bot') {
      const join_at = arranged.timeOf(startOf(which) + late);
      await updateBot(deps, projectId, forLink.id, { join_at, meeting_url: url });
    }
    if (bot && kind === 'hand off' && bot.state === 'scheduled') {
      const handedOff = stageBot(bot, { id: harness.deps.newId(), runner: 'eventbridge', at: rules.clock.stamp() });
      const state = which % 2 === 0 ? 'staged' : 'joined_recording';
      await saveBot(rules, { before: bot, after: { ...handedOff, state } });
    }
    if (forLink && kind === 'end bot' && isBeforeMeeting(forLink)) {
      await saveBot(rules, { before: forLink, after: { ...forLink, state: 'fatal_error' } });
      ruled.push({ message: { kind: 'bot', project_id: projectId, bot_id: forLink.id }, dueAt: 0 });
    }
  };

  for (const one of changes) {
    await apply(one).catch((error: unknown) => {
      if (!(error instanceof AppError)) throw error;
    });
    if (one.isSynced) await arranged.sync(one.calendar);
    if (!one.isQuiet) continue;
    await arranged.syncAll();
    await decide(one.areTogether);
    await expectOneBot();
  }
  await arranged.syncAll();
  await decide(false);
  await expectOneBot(true);

  /** @param isLast is each event's decision read alone, too, as the API does? */
  async function expectOneBot(isLast = false): Promise<void> {
    const now = timestampOf(stack.local.now());
    const held = await readBotRules(table, projectId);
    const stored = new Map<string | null, CalendarEvent>((await events()).map((event) => [event.id, event]));
    const all = [...stored.values()]
      .filter(({ is_deleted }) => !is_deleted)
      .toSorted((a, b) => (`${a.start_time}#${a.id}` < `${b.start_time}#${b.id}` ? -1 : 1));
    const calendars = await readCalendars(table, projectId, [...new Set(all.map(({ calendar_id }) => calendar_id))]);
    const claims = await readClaims(table, projectId, [...new Set(all.flatMap(meetingKeysOf))]);
    const living = await bots();
    const decided = await decideEvents(table, projectId, held, all, { now, isStart: true });
    const decisions = new Map<string, BotDecision>(decided.map(({ id, decision }) => [id, decision]));
    const place = (url: string | null): string => splitMeetingKey(meetingKey(url ?? '', now)).place;
    /** Do they overlap in one room? */
    const isSameRoom = (one: CalendarEvent, other: CalendarEvent): boolean =>
      place(one.meeting_url) === place(other.meeting_url) &&
      one.start_time < other.end_time &&
      one.end_time > other.start_time;
    const isForLink = (bot: Bot, event: CalendarEvent): boolean => {
      const { from, to } = joiningTimes(event);
      return (
        bot.calendar_event_id === null &&
        !isTerminal(bot) &&
        place(bot.meeting_url) === place(event.meeting_url) &&
        bot.join_at >= from &&
        bot.join_at < to
      );
    };
    /** A bot that has joined is in its room as long as its event lasts, also when that was deleted or moved. */
    const isInRoom = (bot: Bot, event: CalendarEvent): boolean => {
      const its = stored.get(bot.calendar_event_id);
      if (!its || its.id === event.id || isTerminal(bot) || bot.state === 'scheduled') return false;
      const end = timestampOf(millisOf(bot.join_at) + millisOf(its.end_time) - millisOf(its.start_time));
      return (
        place(bot.meeting_url) === place(event.meeting_url) && bot.join_at < event.end_time && end > event.start_time
      );
    };
    const meetings = all.map((event) => {
      const calendar = calendars.get(event.calendar_id);
      if (!calendar) throw new Error('no calendar');
      const keys = meetingKeysOf(event);
      const own = living.filter((bot) => bot.calendar_event_id === event.id && bot.join_at === event.start_time);
      return {
        event,
        keys,
        own,
        rank: eventRank(event, calendar, held.internal_domains),
        joins: decideBot(held, event, calendar, now).join,
        isSuppressed: keys.some((key) => claims.get(key)?.suppressed),
        forLink: living.filter((bot) => isForLink(bot, event)),
      };
    });
    for (const meeting of meetings) {
      const { event, keys, own, rank, joins, isSuppressed, forLink } = meeting;
      const sharing = meetings.filter(
        (other) =>
          other !== meeting && (other.keys.some((key) => keys.includes(key)) || isSameRoom(event, other.event)),
      );
      const removable = own.filter((bot) => bot.automatic && isFollowing(bot));
      const others = [...forLink, ...sharing.flatMap((other) => other.own)];
      const [bot] = removable;
      const mayStay = (one: Bot, itsRank: number): boolean =>
        !one.automatic || one.state !== 'scheduled' || itsRank <= rank;
      const isStaying = (one: Bot): boolean => !one.automatic || one.state !== 'scheduled';
      const isNamed = keys.some((key) => living.some((one) => one.id === claims.get(key)?.bot_id && isStaying(one)));
      const isServed =
        sharing.some((other) => other.own.some((one) => mayStay(one, other.rank))) ||
        living.some((one) => isInRoom(one, event));
      const decision = decisions.get(event.id);
      if (isLast) {
        const alone = await findBotDecision({ table, clock: rules.clock }, projectId, event.id);
        expect(alone?.decision).toEqual(decision);
      }
      const isPlain = own.every((one) => one.automatic && isFollowing(one));
      const holds = {
        // A bot that was requested, or has joined, may be beside another one of that kind.
        'one bot': removable.length <= 1 && (!bot || (others.length === 0 && own.length === 1)),
        'the link of its event': !bot || bot.meeting_url === event.meeting_url,
        'a bot that rules want': !bot || (joins && !isSuppressed),
        // Its own, or that of an event that is not worse.
        'a bot for each meeting': !joins || isSuppressed || [...own, ...forLink].length > 0 || isServed || isNamed,
        'the decision': !isPlain || decision?.join === own.length > 0,
      };
      const { meeting_url, ical_uid, start_time } = event;
      const about = { meeting_url, ical_uid, start_time, rank, own, others, reason: decision?.reason };
      const failing = Object.entries(holds).flatMap(([what, isTrue]) => (isTrue ? [] : what));
      expect({ about, failing }).toEqual({ about, failing: [] });
    }
  }
}

it('at every moment without waiting messages a meeting has one bot, with the link of its best event', {
  timeout: 60_000 + runs * 60_000,
}, async () => {
  await fc.assert(fc.asyncProperty(fc.array(change, { minLength: 4, maxLength: mostChanges }), walk), {
    numRuns: runs,
    endOnFailure: true,
    examples: knownFaults.map((changes): [Change[]] => [changes]),
  });
});
