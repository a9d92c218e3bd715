import type { Bot } from '../bots/bot.ts';
import { getBots } from '../bots/bot-store.ts';
import type { MeetingClaim } from '../bots/meeting-claim.ts';
import { readClaims } from '../bots/meeting-claim-store.ts';
import type { Calendar } from '../calendars/calendar.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { listStartingEvents } from '../events/event-list-store.ts';
import { getEvents } from '../events/event-store.ts';
import { meetingKeysOf } from '../meeting-links/meeting-key.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { orderText } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import type { BotRules } from './bot-rules.ts';
import { decideBot } from './decide-bot.ts';
import { eventRank, eventRanks } from './event-rank.ts';
import { findMeetingBots } from './find-meeting-bots.ts';
import { type EventDecision, readPlaces } from './read-places.ts';
import { type Places, shareMeetings } from './share-meetings.ts';

/** Events of the same day that are read besides the given ones, at most, on either side. */
const eventsAround = 100;

/**
 * Decides up to 100 events of a project, in the order of their start, as rules would now.
 *
 * Events of other calendars matter if they have a meeting's bot, or would get it. The claims of the meetings are read, and
 * the bots they name. For an event that is to get a bot, others of its day are read that stand before and behind the given
 * ones, a hundred at most on either side, because they may be better, or take its place. Requests: calendars, claims, bots
 * of claims, holders of claims; where an event is to get a bot, also events around (one, and one or two per shard, on either
 * side), the same for these, and the places (`read-places.ts`) – each once for a hundred rows.
 *
 * @param isStart no event stands before the first one
 */
export async function decideEvents(
  table: Table,
  projectId: string,
  rules: BotRules,
  events: CalendarEvent[],
  { now, isStart }: { now: Timestamp; isStart: boolean },
): Promise<EventDecision[]> {
  const calendars = new Map<string, Calendar>();
  const all = new Map<string, EventDecision>();
  const claims = new Map<string, MeetingClaim>();
  /** Keys whose claims were looked for. */
  const looked = new Set<string>();
  const bots: Bot[] = [];

  const decide = async (some: CalendarEvent[]): Promise<EventDecision[]> => {
    const missing = new Set(some.map(({ calendar_id }) => calendar_id).filter((id) => !calendars.has(id)));
    for (const [id, calendar] of await readCalendars(table, projectId, [...missing])) calendars.set(id, calendar);
    const decided = some.map((event) => decideEvent(rules, event, calendars.get(event.calendar_id) ?? null, now));
    for (const one of decided) all.set(one.id, one);
    return decided;
  };
  /** Decides events that are not known yet, with the bots of their meetings and the events of these. */
  const add = async (some: CalendarEvent[]): Promise<void> => {
    const decided = await decide(some.filter(({ id }) => !all.has(id)));
    const keys = new Set(decided.flatMap((one) => (one.decision.join ? one.keys : []))).difference(looked);
    for (const key of keys) looked.add(key);
    const read = await readClaims(table, projectId, [...keys]);
    for (const [key, claim] of read) claims.set(key, claim);
    const holders = [...read.values()].flatMap(({ holder }) => (holder && !all.has(holder.event_id) ? holder : []));
    const unread = [...new Map(holders.map((holder) => [holder.event_id, holder])).values()];
    await decide((await readAttendeeEvents(table, projectId, unread)).map(({ event }) => event));
    const ids = [...read.values()].flatMap(({ bot_id }) => bot_id ?? []);
    bots.push(...(await getBots(table, [...new Set(ids)])));
  };
  const share = (places?: Places<EventDecision>): EventDecision[] => {
    const some = [...all.values()];
    return shareMeetings(some, findMeetingBots(claims, bots, some), places);
  };
  const ofGiven = (shared: EventDecision[]): EventDecision[] => {
    const byId = new Map(shared.map((one) => [one.id, one]));
    return events.flatMap(({ id }) => byId.get(id) ?? []);
  };

  await add(events);
  const placed = new Set<string>(bots.flatMap(({ calendar_event_id }) => calendar_event_id ?? []));
  const shared = share();
  const isNew = ({ id, decision }: EventDecision): boolean => decision.join && !placed.has(id);
  // Also one that others are duplicates of: without a place it leaves the bot to them.
  if (!shared.some(isNew)) return ofGiven(shared);

  await add(await readAround(table, projectId, events, { isStart }));
  const joining = [...all.values()].filter(({ decision }) => decision.join);
  const { lasting } = findMeetingBots(claims, bots, joining);
  const staying = new Set([...lasting.values()].filter((id) => id !== null));
  return ofGiven(share(await readPlaces(table, projectId, joining, { bots, lasting: staying })));
}

const decideEvent = (
  rules: BotRules,
  event: CalendarEvent,
  calendar: Calendar | null,
  now: Timestamp,
): EventDecision => ({
  id: event.id,
  event,
  calendar,
  keys: meetingKeysOf(event),
  start: event.start_time,
  rank: calendar ? eventRank(event, calendar, rules.internal_domains) : eventRanks.other,
  decision: decideBot(rules, event, calendar, now),
});

/** The events of the first one's day that stand before it, and those of the last one's day behind it. */
async function readAround(
  table: Table,
  projectId: string,
  events: CalendarEvent[],
  { isStart }: { isStart: boolean },
): Promise<CalendarEvent[]> {
  const [first, last] = [events[0], events.at(-1)];
  if (!first || !last) return [];
  const positionOf = ({ start_time, id }: CalendarEvent): string => orderText(start_time, id);
  const list = async (
    span: { from: Timestamp; to: Timestamp },
    ascending: boolean,
    from: CalendarEvent,
  ): Promise<CalendarEvent[]> => {
    const { rows } = await listStartingEvents(table, projectId, span, {
      ascending,
      from: { position: positionOf(from) },
      limit: eventsAround,
    });
    // A hundred rows at most in a request.
    return rows.length === 0 ? [] : (await getEvents(table, rows)).events.map(({ event }) => event);
  };
  const [before, behind] = await Promise.all([
    isStart ? [] : list({ from: dayOf(first).from, to: first.start_time }, false, first),
    list({ from: last.start_time, to: dayOf(last).to }, true, last),
  ]);
  return [...before, ...behind];
}

/** The limits of a calendar are those of a day, and of meetings that last at the same time. */
function dayOf({ start_time }: CalendarEvent): { from: Timestamp; to: Timestamp } {
  const day = Math.floor(millisOf(start_time) / dayMs) * dayMs;
  return { from: timestampOf(day), to: timestampOf(day + dayMs - 1) };
}

const dayMs = 86_400_000;
