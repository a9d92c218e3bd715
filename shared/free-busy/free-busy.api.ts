import * as z from 'zod';
import { busyKinds } from '../events/event-traits.ts';
import { lastOf } from '../http/api-request.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { AppError } from '../platform/app-error.ts';
import { formatTimestamp, millisOf, parseTimestamp, type Timestamp } from '../platform/timestamp.ts';
import { type FreeBusy, type FreeBusyChoice, mostCalendars } from './free-busy.ts';

const longestDays = 60;
const dayMs = 86_400_000;

export const busySpanOut = z.object({ start_time: timeOut(), end_time: timeOut(), busy: z.enum(busyKinds) });

export const calendarFreeBusyOut = z.object({
  calendar_id: idOut('cal'),
  account_email: z.string().nullable(),
  as_of: timeOut().nullable(),
  known_until: timeOut().nullable(),
  busy: z.array(busySpanOut),
});

/** The answer of `GET /free_busy` (docs/api-compatibility.md#free-and-busy). */
export const freeBusyOut = z.object({
  from: timeOut(),
  to: timeOut(),
  calendars: z.array(calendarFreeBusyOut),
  unknown: z.array(z.string()),
});

interface FreeBusyQuery {
  choice: FreeBusyChoice;
  from: Timestamp;
  to: Timestamp;
}

/** @throws AppError `invalid_query` */
export function readFreeBusyQuery(query: URLSearchParams): FreeBusyQuery {
  const [from, to] = [readTime(query, 'from'), readTime(query, 'to')];
  if (to <= from) throw invalid('to must be after from');
  if (millisOf(to) - millisOf(from) > longestDays * dayMs)
    throw invalid(`from and to may be ${longestDays} days apart`);
  const [calendarIds, attendees] = [listIn(query, 'calendar_ids'), listIn(query, 'attendees')];
  if (calendarIds.length > 0 === attendees.length > 0) throw invalid('Give either calendar_ids or attendees');
  return { choice: calendarIds.length > 0 ? { calendarIds } : { attendees }, from, to };
}

function readTime(query: URLSearchParams, name: string): Timestamp {
  const time = parseTimestamp(lastOf(query, name) ?? '');
  if (time === null) throw invalid(`Invalid ${name} format. Use ISO 8601 format (e.g., 2025-01-13T10:30:00Z)`);
  return time;
}

/** Repeated, or separated by commas. */
function listIn(query: URLSearchParams, name: string): string[] {
  const values = query.getAll(name).flatMap((text) => text.split(',').map((value) => value.trim()));
  if (values.includes('')) throw invalid(`${name} may not have an empty value`);
  if (values.length > mostCalendars) throw invalid(`${name} may have ${mostCalendars} values`);
  return [...new Set(values)];
}

const invalid = (message: string): AppError => new AppError('invalid_query', message);

export const showFreeBusy = (
  { calendars, unknown }: FreeBusy,
  { from, to }: Pick<FreeBusyQuery, 'from' | 'to'>,
): z.output<typeof freeBusyOut> => ({
  from: formatTimestamp(from),
  to: formatTimestamp(to),
  calendars: calendars.map(({ calendar, as_of, known_until, spans }) => ({
    calendar_id: calendar.id,
    account_email: calendar.account_email ?? null,
    as_of: as_of && formatTimestamp(as_of),
    known_until: known_until && formatTimestamp(known_until),
    busy: spans.map(({ start, end, busy }) => ({
      start_time: formatTimestamp(start),
      end_time: formatTimestamp(end),
      busy,
    })),
  })),
  unknown,
});
