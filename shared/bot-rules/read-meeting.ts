import { type Bot, isTerminal } from '../bots/bot.ts';
import { goesTo } from '../bots/bot-meeting.ts';
import { getBots } from '../bots/bot-store.ts';
import { expiresAfter } from '../bots/expires-after.ts';
import { readFollowed } from '../bots/followed-event-store.ts';
import type { EventReference, MeetingClaim } from '../bots/meeting-claim.ts';
import { addAttendeeEvent, readClaims, readPlace } from '../bots/meeting-claim-store.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { meetingKey, splitMeetingKey } from '../meeting-links/meeting-key.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { BotRules } from './bot-rules.ts';
import type { RuledCalendar } from './evaluate-rules.ts';
import { eventRank, eventRanks } from './event-rank.ts';
import { isRemovable } from './next-rule-step.ts';
import type { RuleDeps } from './rule-deps.ts';

/** The meeting of an event, as it is stored. */
export interface ReadMeeting {
  /** By key. */
  claims: Map<string, MeetingClaim>;
  /** Claims of other meetings in the same room that may last at the same time, by key. */
  neighbours: Map<string, MeetingClaim>;
  /** Bots that a user created for the link, and that join while the event lasts. */
  linkBots: Bot[];
  /** By key the bot that the claim names, if it still goes there. */
  named: Map<string, Bot>;
}

/** Reads the meeting of an event and adds the event to its claims. Two requests; three with bots of other events. */
export async function enterMeeting(
  deps: RuleDeps,
  projectId: string,
  { event, keys, bots, reference }: { event: CalendarEvent; keys: string[]; bots: Bot[]; reference: EventReference },
): Promise<ReadMeeting> {
  const { table } = deps;
  const [linkKey = '', ...others] = keys;
  const [place, byUid] = await Promise.all([
    readPlace(table, { projectId, place: splitMeetingKey(linkKey).place }, roomTimes(event.start_time)),
    readClaims(table, projectId, others),
  ]);
  const expiresAt = expiresAfter(millisOf(event.start_time), deps);
  const claims = new Map<string, MeetingClaim>();
  for (const meetingKey of keys) {
    const known = place.claims.get(meetingKey) ?? byUid.get(meetingKey);
    claims.set(meetingKey, await addAttendeeEvent(table, { projectId, meetingKey }, known, { reference, expiresAt }));
  }
  const { from, to } = joiningTimes(event);
  const linkBotIds = place.linkBots.filter(({ joinAt }) => joinAt >= from && joinAt < to).map(({ id }) => id);
  const neighbours = new Map([...place.claims].filter(([key]) => key !== linkKey));
  return { claims, neighbours, ...(await readBots(table, { claims, known: bots, linkBotIds }, linkKey)) };
}

/** When other meetings of a room begin that may last at the same time as one with this start. */
export const roomTimes = (start: Timestamp): { from: Timestamp; to: Timestamp } => ({
  from: timestampOf(millisOf(start) - ruleTimingMs.longestMeeting),
  to: timestampOf(millisOf(start) + ruleTimingMs.longestMeeting),
});

/** From when until before when a bot joins the meeting of an event that was created for its link. */
export function joiningTimes({ start_time: start, end_time: end }: Pick<CalendarEvent, 'start_time' | 'end_time'>): {
  from: Timestamp;
  to: Timestamp;
} {
  const begin = millisOf(start);
  const length = Math.min(Math.max(millisOf(end) - begin, ruleTimingMs.shortestMeeting), ruleTimingMs.longestMeeting);
  return { from: timestampOf(begin - ruleTimingMs.earlyArrival), to: timestampOf(begin + length) };
}

async function readBots(
  table: Table,
  { claims, known, linkBotIds }: { claims: Map<string, MeetingClaim>; known: Bot[]; linkBotIds: string[] },
  linkKey: string,
): Promise<Pick<ReadMeeting, 'linkBots' | 'named'>> {
  const ids = new Set([...claims.values()].flatMap(({ bot_id }) => bot_id ?? []).concat(linkBotIds));
  const missing = [...ids].filter((id) => known.every((bot) => bot.id !== id));
  const bots = new Map<string, Bot>([...known, ...(await getBots(table, missing))].map((bot) => [bot.id, bot]));
  const { place } = splitMeetingKey(linkKey);
  const named = [...claims].flatMap(([key, { bot_id }]): [string, Bot][] => {
    const bot = bots.get(bot_id ?? '');
    if (!bot || !goesTo(bot, key)) return [];
    // A bot for this link joins another meeting of the room if it is not among those that join this one.
    const isElsewhere = bot.calendar_event_id === null && !linkBotIds.includes(bot.id) && placeOf(bot) === place;
    return isElsewhere ? [] : [[key, bot]];
  });
  return { linkBots: linkBotIds.flatMap((id) => bots.get(id) ?? []), named: new Map(named) };
}

const placeOf = (bot: Bot): string => splitMeetingKey(meetingKey(bot.meeting_url, bot.join_at)).place;

/**
 * The bots of rules that an event takes over from worse events of its meeting. A bot that was handed off stays. One
 * request for each bot, none for an event that cannot be better.
 */
export async function findYielding(
  table: Table,
  rules: BotRules,
  { event, calendar, bots }: { event: CalendarEvent; calendar: RuledCalendar; bots: Bot[] },
): Promise<Set<string>> {
  const rank = eventRank(event, calendar, rules.internal_domains);
  if (rank === eventRanks.other) return new Set();
  const yielding = new Set<string>();
  for (const bot of bots) {
    if (!isRemovable(bot) || bot.state !== 'scheduled' || bot.calendar_event_id === event.id) continue;
    const { event: other, calendar: itsCalendar } = await readFollowed(table, bot);
    if (!other || !itsCalendar) continue;
    if (rank < eventRank(other.event, itsCalendar, rules.internal_domains)) yielding.add(bot.id);
  }
  return yielding;
}

/**
 * Bots of rules whose events have the meeting in common with this one, but are over before a bot for the link joins. It is
 * none of their events' bots, so that it does not replace them. One request for each, none without a bot for the link.
 */
export async function findUnserved(
  table: Table,
  { event, bots, linkBots }: { event: CalendarEvent; bots: Bot[]; linkBots: Bot[] },
): Promise<Set<string>> {
  const unserved = new Set<string>();
  if (linkBots.length === 0) return unserved;
  for (const bot of bots) {
    const isOfOther = bot.calendar_event_id !== event.id && linkBots.every((other) => placeOf(other) === placeOf(bot));
    if (!isRemovable(bot) || !isOfOther) continue;
    const { event: other } = await readFollowed(table, bot);
    if (!other) continue;
    const { from, to } = joiningTimes({ start_time: bot.join_at, end_time: leavesAt(bot, other.event) });
    if (linkBots.every(({ join_at }) => join_at < from || join_at >= to)) unserved.add(bot.id);
  }
  return unserved;
}

/**
 * Requested or joined bots of other events of the meeting that leave it before such a bot of this event does, or have ended:
 * copies of a meeting may have different ends. One request for each, none without both.
 */
export async function findOutlasted(
  table: Table,
  { event, own, named }: { event: CalendarEvent; own: Bot[]; named: Bot[] },
): Promise<Set<string>> {
  const isStaying = (bot: Bot): boolean => !isRemovable(bot) && bot.calendar_event_id !== null;
  const [last] = own
    .filter((bot) => isStaying(bot) && !isTerminal(bot))
    .map((bot) => leavesAt(bot, event))
    .toSorted()
    .reverse();
  const outlasted = new Set<string>();
  if (last === undefined) return outlasted;
  for (const bot of named) {
    if (!isStaying(bot) || bot.calendar_event_id === event.id) continue;
    const { event: other } = isTerminal(bot) ? { event: null } : await readFollowed(table, bot);
    if (isTerminal(bot) || (other && leavesAt(bot, other.event) < last)) outlasted.add(bot.id);
  }
  return outlasted;
}

/** When a bot leaves its meeting; a bot that has joined stays in the meeting when its event moves. */
export const leavesAt = (
  { join_at }: Bot,
  { start_time, end_time }: Pick<CalendarEvent, 'start_time' | 'end_time'>,
): Timestamp => timestampOf(millisOf(join_at) + millisOf(end_time) - millisOf(start_time));
