import type { Calendar } from '../calendars/calendar.ts';
import { calendarKey, readCalendar } from '../calendars/calendar-row.ts';
import { type EventRow, eventKey, readEventRow } from '../events/event-row.ts';
import { getAllRows } from '../store/batch-get.ts';
import { UnreadableRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import type { Bot } from './bot.ts';

/** What a bot follows, as it is stored now. */
export interface Followed {
  /** Null when it is gone, or the bot follows no event. */
  event: EventRow | null;
  calendar: Calendar | null;
}

/** The event and calendar of a bot, strongly consistent, in one request; no request for a bot without an event. */
export async function readFollowed(
  table: Table,
  bot: Pick<Bot, 'project_id' | 'calendar_id' | 'calendar_event_id'>,
): Promise<Followed> {
  const { project_id: project, calendar_id: calendarId, calendar_event_id: eventId } = bot;
  if (calendarId === null || eventId === null) return { event: null, calendar: null };
  const rows = await getAllRows(table, [eventKey(project, calendarId, eventId), calendarKey(calendarId)]);
  const event = rows.find(({ SK }) => SK === eventId);
  const calendar = rows.find(({ SK }) => SK === 'CALENDAR');
  return { event: event ? readEventRow(event) : null, calendar: calendar ? readCalendar(calendar) : null };
}

/**
 * The same for a bot that is due: a row that cannot be read costs no meeting.
 *
 * @returns `isUnreadable`: event or calendar are stored, but cannot be read
 */
export async function readFollowedIfReadable(
  table: Table,
  bot: Parameters<typeof readFollowed>[1],
): Promise<Followed & { isUnreadable: boolean }> {
  try {
    return { ...(await readFollowed(table, bot)), isUnreadable: false };
  } catch (error) {
    if (!(error instanceof UnreadableRow)) throw error;
    table.report?.(error);
    return { event: null, calendar: null, isUnreadable: true };
  }
}

/** A calendar whatever its state, strongly consistent. @returns null when it is purged */
export async function readCalendarOfBots(table: Table, calendarId: string): Promise<Calendar | null> {
  const [row] = await getAllRows(table, [calendarKey(calendarId)]);
  return row ? readCalendar(row) : null;
}
