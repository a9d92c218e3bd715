import type { Bot } from '../bots/bot.ts';
import { getBots } from '../bots/bot-store.ts';
import { findCalendarByKey } from '../calendars/calendar-store.ts';
import { isId } from '../platform/ids.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import type { Table } from '../store/table.ts';
import type { Ordering } from '../store/table-schema.ts';
import type { CalendarEvent } from './calendar-event.ts';
import type { EventRow } from './event-row.ts';
import { type EventFilters, findEvent, getEvents, listEventRows } from './event-store.ts';

const pageSize = 100;

/** Lambda answers at most 6 MB, the body being a string in JSON; a page ends early rather than exceed it. */
const pageBytes = 5_000_000;

export interface EventListRequest extends Omit<EventFilters, 'calendarId'> {
  calendarId: string | null;
  deduplicationKey: string | null;
  eventId: string | null;
  ordering: Ordering;
  ascending: boolean;
  cursor: PageCursor | null;
}

/** An event with its bots, oldest first. */
export interface EventWithBots extends CalendarEvent {
  bots: Bot[];
}

const nothing: Page<EventWithBots> = { rows: [], next: null, previous: null };

/**
 * A page of a project's events. Requests: index (one, or one per shard) and rows (one), one to resolve a key, and one for
 * each hundred bots.
 */
export async function listCalendarEvents(
  table: Table,
  projectId: string,
  request: EventListRequest,
): Promise<Page<EventWithBots>> {
  const calendarId = await resolveCalendar(table, projectId, request);
  if (calendarId === 'none') return nothing;
  if (request.eventId !== null) return onlyEvent(table, projectId, request.eventId, { ...request, calendarId });

  const { cursor, ordering } = request;
  const read = await listEventRows(
    table,
    projectId,
    { ...request, calendarId },
    {
      ordering,
      ascending: request.ascending !== (cursor?.direction === 'back'),
      from: cursor,
      limit: pageSize,
    },
  );
  const found = await getEvents(table, read.rows);
  const { missed } = found;
  const events = await addBots(table, found.events);
  const positions = read.rows.map((row) => String(row[ordering.attribute]));
  const rows = events.slice(0, Math.max(1, countFitting(events)));
  const cut = rows.length < events.length;
  if (!cut && missed === 0) return pageOf({ rows, positions, end: read.end }, cursor);

  // The page ends early: after the last event it can hold, or the last one that was read.
  const last = cut ? read.rows.findIndex(({ SK }) => SK === rows.at(-1)?.id) : read.rows.length - missed - 1;
  return pageOf({ rows, positions, end: positions[last] ?? read.end }, cursor);
}

/** The one calendar both filters name, null for any, `none` when they name no calendar together. */
async function resolveCalendar(
  table: Table,
  projectId: string,
  { calendarId, deduplicationKey }: EventListRequest,
): Promise<string | null> {
  if (calendarId !== null && !isId('cal', calendarId)) return 'none';
  if (deduplicationKey === null) return calendarId;
  const keyed = deduplicationKey === '' ? null : await findCalendarByKey(table, projectId, deduplicationKey);
  return keyed !== null && (calendarId === null || calendarId === keyed) ? keyed : 'none';
}

async function onlyEvent(
  table: Table,
  projectId: string,
  id: string,
  filters: EventFilters,
): Promise<Page<EventWithBots>> {
  const event = await findEventWithBots(table, projectId, id);
  const wanted =
    event &&
    (filters.calendarId === null || event.calendar_id === filters.calendarId) &&
    (!filters.updatedAtGte || event.updated_at >= filters.updatedAtGte) &&
    (!filters.startTimeGte || event.start_time >= filters.startTimeGte) &&
    (!filters.endTimeLte || event.end_time <= filters.endTimeLte);
  return wanted ? { ...nothing, rows: [event] } : nothing;
}

/** An event with its bots. @returns null when it is absent, or another project's */
export async function findEventWithBots(table: Table, projectId: string, id: string): Promise<EventWithBots | null> {
  const row = isId('evt', id) ? await findEvent(table, projectId, id) : null;
  return row ? ((await addBots(table, [row]))[0] ?? null) : null;
}

async function addBots(table: Table, rows: EventRow[]): Promise<EventWithBots[]> {
  const ids = rows.flatMap(({ bot_ids }) => bot_ids);
  const bots = new Map((await getBots(table, ids)).map((bot) => [bot.id, bot]));
  const byAge = (a: Bot, b: Bot): number => (a.created_at < b.created_at ? -1 : 1);
  return rows.map(({ event, bot_ids }) => ({
    ...event,
    bots: bot_ids.flatMap((id) => bots.get(id) ?? []).sort(byAge),
  }));
}

/** How many of the events, from the first, fit into an answer. */
function countFitting(events: CalendarEvent[]): number {
  let bytes = 0;
  for (const [index, event] of events.entries()) {
    bytes += Buffer.byteLength(JSON.stringify(JSON.stringify(event))) + 200;
    if (bytes > pageBytes) return index;
  }
  return events.length;
}
