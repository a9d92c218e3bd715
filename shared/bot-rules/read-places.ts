import { findWaitingEvents, listAutomaticBots } from '../bots/automatic-bot-store.ts';
import type { Bot } from '../bots/bot.ts';
import { readBotSettings } from '../bots/bot-settings-store.ts';
import { getBots } from '../bots/bot-store.ts';
import type { EventReference } from '../bots/meeting-claim.ts';
import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { splitMeetingKey } from '../meeting-links/meeting-key.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { hasPlaceAmong, type PlacedBot } from './admit-bots.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import { refuse } from './decide-bot.ts';
import { eventRanks } from './event-rank.ts';
import { limitsOf, timesAround } from './find-place.ts';
import type { DecidedEvent, Places } from './share-meetings.ts';

/** An event and whether it gets a bot, other calendars considered. */
export interface EventDecision extends DecidedEvent {
  event: CalendarEvent;
  /** null when it is deleted. */
  calendar: Calendar | null;
}

/**
 * The places of calendars and rooms, for events that have no bot yet: as far as rules were applied already, the events
 * that wait for a place are noted; for all others this is what rules will find (`find-place.ts`, `find-overlapping.ts`).
 * Requests: the settings, and for each hundred events those that wait; for each calendar of an event without a bot its
 * bots of rules, and these.
 *
 * @param joining events that rules want a bot for @param lasting ids of those whose bot stays, @param placed of those with a bot
 */
export async function readPlaces(
  table: Table,
  projectId: string,
  joining: EventDecision[],
  { lasting, placed }: { lasting: ReadonlySet<string>; placed: ReadonlySet<string> },
): Promise<Places<EventDecision>> {
  const added = joining.filter(({ id }) => !placed.has(id));
  const [settings, waiting] = await Promise.all([
    readBotSettings(table, projectId),
    findWaitingEvents(
      table,
      added.map(({ event }) => event),
    ),
  ]);
  const open = added.filter(({ id }) => !waiting.has(id));
  const bots = await readAutomaticBots(table, open);
  const byEvent = new Map<string, Bot>(bots.map((bot) => [bot.calendar_event_id ?? '', bot]));
  const isFixed = ({ id }: EventDecision): boolean =>
    lasting.has(id) || (byEvent.get(id)?.state ?? 'scheduled') !== 'scheduled';

  const rooms = new Map<string, EventDecision[]>();
  const calendars = new Map<string, PlacedBot[]>();
  const add = <Value>(map: Map<string, Value[]>, key: string, value: Value): unknown =>
    map.set(key, [...(map.get(key) ?? []), value]);
  const known = new Set<string>(joining.map(({ id }) => id));
  // Bots that were handed off keep their places, and so do those of events that are not looked at.
  const keeping = bots.filter((bot) => bot.state !== 'scheduled' || !known.has(bot.calendar_event_id ?? ''));
  const ends = await readEnds(table, projectId, keeping);
  for (const bot of keeping)
    add(calendars, bot.calendar_id ?? '', placedBot(bot, ends.get(bot.calendar_event_id ?? '')));
  for (const event of joining) if (isFixed(event)) add(rooms, roomOf(event), event);

  return {
    refuse: (event) => {
      if (isFixed(event)) return null;
      const { id, calendar, decision } = event;
      const { rule } = decision;
      const noted = placed.has(id) ? undefined : waiting.get(id);
      const inRoom = settings.one_bot_per_room
        ? rooms.get(roomOf(event))?.find((other) => isAtSameTime(event.event, other.event))
        : undefined;
      const other = noted ?? inRoom?.id;
      if (other) return refuse('duplicate_of_other_calendar', { rule, duplicate_of: other });
      const beside = calendars.get(calendar?.id ?? '') ?? [];
      const hasPlace = noted !== null && hasPlaceAmong(placedEvent(event), beside, limitsOf(settings));
      return hasPlace ? null : refuse('too_many_bots', { rule });
    },
    take: (event) => {
      if (isFixed(event)) return;
      add(rooms, roomOf(event), event);
      add(calendars, event.calendar?.id ?? '', placedEvent(event));
    },
  };
}

/** The bots that rules gave to the calendars of these events, near their times. */
async function readAutomaticBots(table: Table, events: EventDecision[]): Promise<Bot[]> {
  const byCalendar = Map.groupBy(events, ({ event }) => event.calendar_id);
  const found = await Promise.all(
    [...byCalendar].map(([calendarId, its]) => {
      const times = its.map(({ event }) => timesAround(event));
      const from = times.map((time) => time.from).sort()[0] as Timestamp;
      const to = times
        .map((time) => time.to)
        .sort()
        .at(-1) as Timestamp;
      return listAutomaticBots(table, calendarId, { from, to });
    }),
  );
  return getBots(
    table,
    found.flat().map(({ id }) => id),
  );
}

/** When the events of bots end. One request for each hundred. */
async function readEnds(table: Table, projectId: string, bots: Bot[]): Promise<Map<string, Timestamp>> {
  const references = bots.flatMap(({ calendar_event_id: event_id, calendar_id }): EventReference[] =>
    event_id && calendar_id ? [{ event_id, calendar_id }] : [],
  );
  const rows = await readAttendeeEvents(table, projectId, references);
  return new Map(rows.map(({ event }) => [event.id, event.end_time]));
}

const roomOf = ({ keys: [link = ''] }: EventDecision): string => splitMeetingKey(link).place;

/** Do they begin at different times, and overlap? Those that begin together are one meeting. */
const isAtSameTime = (one: CalendarEvent, other: CalendarEvent): boolean =>
  one.start_time !== other.start_time && one.start_time < other.end_time && one.end_time > other.start_time;

const placedEvent = ({ id, event, rank }: EventDecision): PlacedBot => ({
  id,
  start: event.start_time,
  end: event.end_time,
  rank,
  isFixed: false,
  hasBot: false,
});

const placedBot = ({ id, join_at: start }: Bot, end: Timestamp = start): PlacedBot => ({
  id,
  start,
  end,
  rank: eventRanks.own,
  isFixed: true,
  hasBot: true,
});
