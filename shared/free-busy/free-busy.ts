import type { Calendar } from '../calendars/calendar.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import type { BusySpan } from './merge-spans.ts';

/** Calendars of one answer. */
export const mostCalendars = 50;

/** Of which calendars: by their ids, or by the addresses of their accounts. */
export type FreeBusyChoice = { calendarIds: string[] } | { attendees: string[] };

export interface CalendarFreeBusy {
  calendar: Calendar;
  /** Everything that was changed before this time is in it; null before the first sync. */
  as_of: Timestamp | null;
  /** Events after this time are not stored; null before the first sync. */
  known_until: Timestamp | null;
  spans: BusySpan[];
}

export interface FreeBusy {
  calendars: CalendarFreeBusy[];
  /** Ids and addresses that name no calendar of the project. */
  unknown: string[];
}
