import { listAutomaticBots } from '../bots/automatic-bot-store.ts';
import { type Bot, isFollowing } from '../bots/bot.ts';
import type { BotSettings } from '../bots/bot-settings.ts';
import { getBots } from '../bots/bot-store.ts';
import type { EventReference } from '../bots/meeting-claim.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { ruleTimingMs } from '../platform/bot-timing.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { admitBots, type BotLimits, type PlacedBot } from './admit-bots.ts';
import { readAttendeeEvents } from './attendee-event-store.ts';
import type { RuledCalendar } from './evaluate-rules.ts';
import { type EventRank, eventRank } from './event-rank.ts';

const dayMs = 86_400_000;

/** An event that is to get a bot, or has one. */
export interface PlacedEvent {
  event: CalendarEvent;
  calendar: RuledCalendar;
  rank: EventRank;
  /** Its own bots. */
  bots: Bot[];
}

/** Whether a calendar has a place for the bot of an event, and which bots of worse events lose theirs for it. */
export interface Place {
  hasPlace: boolean;
  displaced: Bot[];
}

export const limitsOf = (settings: BotSettings): BotLimits => ({
  perDay: settings.max_automatic_bots_per_calendar_per_day,
  atOnce: settings.max_automatic_bots_at_once,
});

/** From the day before the event, as far as meetings last, to the end of its day or its own. */
function timesAround({ start_time: start, end_time: end }: CalendarEvent): { from: Timestamp; to: Timestamp } {
  const day = Math.floor(millisOf(start) / dayMs) * dayMs;
  return {
    from: timestampOf(Math.min(day, millisOf(start) - ruleTimingMs.longestMeeting)),
    to: timestampOf(Math.max(day + dayMs, millisOf(end))),
  };
}

/**
 * Finds a place for the bot of an event among the bots that rules gave to its calendar. One request; two more, for the
 * bots and their events, where the limits are near.
 */
export async function findPlace(
  table: Table,
  projectId: string,
  { limits, internalDomains }: { limits: BotLimits; internalDomains: readonly string[] },
  { event, calendar, rank, bots: own }: PlacedEvent,
): Promise<Place> {
  const ownIds = new Set<string>(own.map(({ id }) => id));
  const around = await listAutomaticBots(table, calendar.id, timesAround(event));
  const others = around.filter(({ id }) => !ownIds.has(id));
  if (others.length < Math.min(limits.perDay, limits.atOnce)) return { hasPlace: true, displaced: [] };

  const bots = await getBots(
    table,
    others.map(({ id }) => id),
  );
  const references = bots.flatMap(({ calendar_event_id: event_id, calendar_id }): EventReference[] =>
    event_id && calendar_id ? [{ event_id, calendar_id }] : [],
  );
  const events = new Map<string, CalendarEvent>(
    (await readAttendeeEvents(table, projectId, references)).map((row) => [row.event.id, row.event]),
  );
  const standing = own.find((bot) => bot.automatic);
  const self: PlacedBot = {
    id: standing?.id ?? event.id,
    eventId: event.id,
    start: event.start_time,
    end: event.end_time,
    rank,
    isFixed: standing !== undefined && standing.state !== 'scheduled',
    hasBot: standing !== undefined,
  };
  const placed = bots.flatMap((bot): PlacedBot[] => {
    const its = events.get(bot.calendar_event_id ?? '');
    if (!its) return [];
    const { id, join_at: start, state } = bot;
    const itsRank = eventRank(its, calendar, internalDomains);
    const isFixed = state !== 'scheduled';
    return [{ id, eventId: its.id, start, end: its.end_time, rank: itsRank, isFixed, hasBot: true }];
  });
  const admitted = admitBots([...placed, self], limits);
  const losing = bots.filter((bot) => placed.some(({ id }) => id === bot.id) && !admitted.has(bot.id));
  return {
    hasPlace: admitted.has(self.id),
    displaced: admitted.has(self.id) ? losing.filter((bot) => bot.state === 'scheduled' && isFollowing(bot)) : [],
  };
}
