import { findWaitingEvents } from '../bots/automatic-bot-store.ts';
import { getBots } from '../bots/bot-store.ts';
import { readClaims } from '../bots/meeting-claim-store.ts';
import type { Calendar } from '../calendars/calendar.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { listStartingEvents } from '../events/event-list-store.ts';
import { getEvents } from '../events/event-store.ts';
import { meetingKeysOf } from '../meeting-links/meeting-key.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { orderText } from '../store/stored-values.ts';
import type { Table } from '../store/table.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import type { BotRules } from './bot-rules.ts';
import { decideBot, refuse } from './decide-bot.ts';
import { eventRank, eventRanks } from './event-rank.ts';
import { findMeetingBots } from './find-meeting-bots.ts';
import { type DecidedEvent, type MeetingBots, shareMeetings } from './share-meetings.ts';

/** An event and whether it gets a bot, other calendars considered. */
export interface EventDecision extends DecidedEvent {
  event: CalendarEvent;
  /** null when it is deleted. */
  calendar: Calendar | null;
}

/** Events with the same start as the first one that are read besides the given ones, at most. */
const eventsBefore = 100;

/**
 * Decides up to 100 events of a project, in the order of their start, as a sync would now.
 *
 * Events of other calendars matter if they have a meeting's bot, or would get it. The claims of the meetings are read, and
 * the bots they name. For a meeting without a bot, events are read that start when the first given one does and stand
 * before it, a hundred at most. Requests: calendars, claims, bots of claims, holders of claims, events before (one, and one
 * per shard), their calendars, events that wait for a place – each once for a hundred rows.
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
  const decide = async (some: CalendarEvent[]): Promise<EventDecision[]> => {
    const missing = new Set(some.map(({ calendar_id }) => calendar_id).filter((id) => !calendars.has(id)));
    for (const [id, calendar] of await readCalendars(table, projectId, [...missing])) calendars.set(id, calendar);
    return some.map((event) => {
      const calendar = calendars.get(event.calendar_id) ?? null;
      const rank = calendar ? eventRank(event, calendar, rules.internal_domains) : eventRanks.other;
      const decision = decideBot(rules, event, calendar, now);
      return { id: event.id, event, calendar, keys: meetingKeysOf(event), rank, decision };
    });
  };

  const decided = await decide(events);
  const joining = decided.filter(({ decision }) => decision.join);
  const claims = await readClaims(table, projectId, [...new Set(joining.flatMap(({ keys }) => keys))]);
  const known = new Set<string>(events.map(({ id }) => id));
  const holders = [...claims.values()].flatMap(({ holder }) => (holder && !known.has(holder.event_id) ? holder : []));
  const unread = [...new Map(holders.map((holder) => [holder.event_id, holder])).values()];
  const held = (await readAttendeeEvents(table, projectId, unread)).map(({ event }) => event);
  const all = [...decided, ...(await decide(held))];
  const ids = [...claims.values()].flatMap(({ bot_id }) => bot_id ?? []);
  const stored = await getBots(table, [...new Set(ids)]);
  const bots = findMeetingBots(claims, stored, all);

  const first = events[0];
  const isFree = (key: string): boolean => !bots.lasting.has(key) && !bots.holders.has(key);
  const isOpen = joining.some(({ event, keys }) => event.start_time === first?.start_time && keys.every(isFree));
  if (first && isOpen && !isStart) {
    const read = new Set(all.map(({ id }) => id));
    const before = (await readBefore(table, projectId, first)).filter(({ id }) => !read.has(id));
    all.push(...(await decide(before)));
  }
  const placed = new Set<string>(stored.flatMap(({ calendar_event_id }) => calendar_event_id ?? []));
  return placeEvents(table, all, bots, { known, placed });
}

/**
 * Shares meetings among the events, and refuses those that wait for a place in their calendar: then another event of the
 * meeting may have its bot. One request, if an event is to get one.
 *
 * @param known the events that are asked for @param placed those that have a bot
 */
async function placeEvents(
  table: Table,
  all: EventDecision[],
  bots: MeetingBots,
  { known, placed }: { known: ReadonlySet<string>; placed: ReadonlySet<string> },
): Promise<EventDecision[]> {
  const isNew = ({ id, decision }: EventDecision): boolean => known.has(id) && decision.join && !placed.has(id);
  const added = all.filter(isNew).map(({ event }) => event);
  const waiting = shareMeetings(all, bots).some(isNew)
    ? await findWaitingEvents(table, added)
    : new Map<string, string | null>();
  for (let decided = all; ; ) {
    const shared = shareMeetings(decided, bots);
    const refused = new Set(shared.filter((one) => isNew(one) && waiting.has(one.id)).map(({ id }) => id));
    if (refused.size === 0) return shared.filter(({ id }) => known.has(id));
    decided = decided.map((one) => {
      if (!refused.has(one.id)) return one;
      const { rule } = one.decision;
      const duplicate_of = waiting.get(one.id) ?? null;
      const reason = duplicate_of === null ? 'too_many_bots' : 'duplicate_of_other_calendar';
      return { ...one, decision: refuse(reason, { rule, duplicate_of }) };
    });
  }
}

async function readBefore(
  table: Table,
  projectId: string,
  { start_time, id }: CalendarEvent,
): Promise<CalendarEvent[]> {
  const { rows } = await listStartingEvents(
    table,
    projectId,
    { from: start_time, to: start_time },
    { ascending: false, from: { position: orderText(start_time, id) }, limit: eventsBefore },
  );
  return rows.length === 0 ? [] : (await getEvents(table, rows)).events.map(({ event }) => event);
}
