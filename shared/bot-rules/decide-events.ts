import type { Calendar } from '../calendars/calendar.ts';
import { readCalendars } from '../calendars/calendar-store.ts';
import type { CalendarEvent } from '../events/calendar-event.ts';
import { eventKey, orderValue, readEventRow } from '../events/event-row.ts';
import { getEvents, listStartingEvents } from '../events/event-store.ts';
import { meetingKeyOf } from '../meeting-links/meeting-key.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import type { Table } from '../store/table.ts';
import type { BotRules } from './bot-rules.ts';
import { decideBot } from './decide-bot.ts';
import { readClaims, type StoredClaim } from './meeting-claim-store.ts';
import { type DecidedEvent, shareMeetings } from './share-meetings.ts';

/** An event and whether it gets a bot, other calendars considered. */
export interface EventDecision extends DecidedEvent {
  event: CalendarEvent;
  /** null when it is gone. */
  calendar: Calendar | null;
}

/** Events at one instant that are looked at besides the given ones, at most. */
const lookedBehind = 100;

/**
 * Decides up to 100 events of a project, by the time they begin, as a sync would now.
 *
 * Events elsewhere matter where they have a meeting's bot, or would: who has claimed one is read, and where nobody has,
 * events that begin at the same time as the first given one but stand before it, a hundred at most. Requests: calendars,
 * claims, claiming events, events before (one, and one per shard), their calendars – each at most once.
 *
 * @param isStart nothing stands before the first event
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
      return {
        id: event.id,
        event,
        calendar,
        key: meetingKeyOf(event),
        decision: decideBot(rules, event, calendar, now),
      };
    });
  };

  const decided = await decide(events);
  const joining = decided.filter(({ decision }) => decision.join);
  const keys = [...new Set(joining.flatMap(({ key }) => key ?? []))];
  const claims = await readClaims(table, projectId, keys);

  const known = new Set<string>(events.map(({ id }) => id));
  const all = [...decided, ...(await decide(await readCarriers(table, projectId, claims, known)))];
  // A claim counts while its event joins that meeting; that somebody removed the bot is remembered beyond that.
  const joins = new Set(all.flatMap(({ id, key, decision }) => (decision.join ? `${id} ${key}` : [])));
  const standing = new Map(
    [...claims].filter(([key, { carrier, withheld }]) => withheld || joins.has(`${carrier} ${key}`)),
  );

  const first = events[0];
  const isOpen = joining.some(({ event, key }) => event.start_time === first?.start_time && !standing.has(key ?? ''));
  if (first && isOpen && !isStart) {
    const ids = new Set(all.map(({ id }) => id));
    const before = (await readBefore(table, projectId, first)).filter(({ id }) => !ids.has(id));
    all.push(...(await decide(before)));
  }
  return shareMeetings(all, standing).filter(({ id }) => known.has(id));
}

async function readCarriers(
  table: Table,
  projectId: string,
  claims: ReadonlyMap<string, StoredClaim>,
  known: ReadonlySet<string>,
): Promise<CalendarEvent[]> {
  const keys = [...claims.values()].flatMap(({ carrier, carrier_calendar_id: calendarId }) =>
    carrier === null || calendarId === null || known.has(carrier) ? [] : eventKey(projectId, calendarId, carrier),
  );
  return keys.length === 0 ? [] : (await getAllRows(table, keys)).map((row) => readEventRow(row).event);
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
    { ascending: false, from: { position: orderValue(start_time, id) }, limit: lookedBehind },
  );
  return rows.length === 0 ? [] : (await getEvents(table, rows)).events.map(({ event }) => event);
}
