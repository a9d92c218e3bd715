import { findWaitingEvents } from '../bots/automatic-bot-store.ts';
import type { Bot } from '../bots/bot.ts';
import { readBotSettings } from '../bots/bot-settings-store.ts';
import type { Calendar } from '../calendars/calendar.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { splitMeetingKey } from '../meeting-links/meeting-key.ts';
import type { Table } from '../store/table.ts';
import { hasPlaceAmong, type PlacedBot } from './admit-bots.ts';
import { refuse } from './decide-bot.ts';
import { limitsOf } from './find-place.ts';
import type { DecidedEvent, Places } from './share-meetings.ts';

/** An event and whether it gets a bot, other calendars considered. */
export interface EventDecision extends DecidedEvent {
  event: CalendarEvent;
  /** null when it is deleted. */
  calendar: Calendar | null;
}

/**
 * The places of calendars and rooms: for events that wait for a place it is noted that they do, as far as rules were
 * applied already; for all others without a bot this is what rules will find (`find-place.ts`, `find-overlapping.ts`).
 * Requests: the settings, and for each hundred events without a bot those that wait.
 *
 * @param joining events that rules want a bot for
 * @param bots of these events; those of rules take a place in their calendar
 * @param lasting ids of the events whose bot stays
 */
export async function readPlaces(
  table: Table,
  projectId: string,
  joining: EventDecision[],
  { bots, lasting }: { bots: Bot[]; lasting: ReadonlySet<string> },
): Promise<Places<EventDecision>> {
  const placed = new Set<string>(bots.flatMap(({ calendar_event_id: id }) => id ?? []));
  const automatic = new Set(bots.flatMap(({ automatic, calendar_event_id: id }) => (automatic && id) || []));
  const added = joining.flatMap(({ id, event }) => (placed.has(id) ? [] : event));
  const [settings, waiting] = await Promise.all([readBotSettings(table, projectId), findWaitingEvents(table, added)]);
  const limits = limitsOf(settings);

  const rooms = new Map<string, EventDecision[]>();
  const calendars = new Map<string, PlacedBot[]>();
  const add = <Value>(map: Map<string, Value[]>, key: string, value: Value): unknown =>
    map.set(key, [...(map.get(key) ?? []), value]);
  const take = (event: EventDecision): void => {
    add(rooms, roomOf(event), event);
    // A bot that was requested needs no place.
    if (!lasting.has(event.id) || automatic.has(event.id)) add(calendars, event.event.calendar_id, placedEvent(event));
  };
  for (const event of joining) if (lasting.has(event.id)) take(event);

  return {
    refuse: (event) => {
      const { id, decision } = event;
      if (lasting.has(id)) return null;
      const { rule } = decision;
      const noted = waiting.get(id);
      const inRoom = settings.one_bot_per_room
        ? rooms.get(roomOf(event))?.find((other) => isAtSameTime(event.event, other.event))
        : undefined;
      const other = noted ?? inRoom?.id;
      if (other) return refuse('duplicate_of_other_calendar', { rule, duplicate_of: other });
      const beside = calendars.get(event.event.calendar_id) ?? [];
      const hasPlace = noted !== null && hasPlaceAmong(placedEvent(event), beside, limits);
      return hasPlace ? null : refuse('too_many_bots', { rule });
    },
    take: (event) => {
      if (!lasting.has(event.id)) take(event);
    },
  };
}

const roomOf = ({ keys: [link = ''] }: EventDecision): string => splitMeetingKey(link).place;

/** Do they begin at different times, and overlap? Those that begin together are one meeting. */
const isAtSameTime = (one: CalendarEvent, other: CalendarEvent): boolean =>
  one.start_time !== other.start_time && one.start_time < other.end_time && one.end_time > other.start_time;

const placedEvent = ({ id, event, rank }: EventDecision): PlacedBot => ({
  id,
  eventId: id,
  start: event.start_time,
  end: event.end_time,
  rank,
  isFixed: false,
  hasBot: false,
});
