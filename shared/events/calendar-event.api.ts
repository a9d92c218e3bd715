import * as z from 'zod';
import { botOut, showBot } from '../bots/bot.api.ts';
import type { Bot } from '../bots/bot.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import type { ExcludedKeys } from './event-query.api.ts';
import type { CalendarEvent } from './calendar-event.ts';

export const personOut = z.object({ email: z.string().nullable(), name: z.string().nullable() });

/** The event as its provider describes it. */
export const rawOut = z.record(z.string(), z.unknown());

/** An event in answers (docs/api-compatibility.md#calendar-events). */
export const calendarEventOut = z.object({
  id: idOut('evt'),
  calendar_id: idOut('cal'),
  platform_uuid: z.string(),
  meeting_url: z.string().nullable(),
  name: z.string().nullable(),
  start_time: timeOut(),
  end_time: timeOut(),
  is_deleted: z.boolean(),
  attendees: z.array(personOut),
  attendees_omitted: z.boolean(),
  ical_uid: z.string().nullable(),
  raw: rawOut.optional(),
  bots: z.array(botOut),
  created_at: timeOut(),
  updated_at: timeOut(),
  is_all_day: z.boolean(),
  time_zone: z.string().nullable(),
  organizer: personOut.nullable(),
  response_status: z.string().nullable(),
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
  recurring_event_id: z.string().nullable(),
  visibility: z.string().nullable(),
  event_type: z.string().nullable(),
  meeting_platform: z.string().nullable(),
});

/** @param excluded keys that the answer leaves out */
export const showCalendarEvent = (
  event: CalendarEvent & { bots: Bot[] },
  excluded: ExcludedKeys = new Set(),
): z.output<typeof calendarEventOut> =>
  calendarEventOut.parse({
    ...event,
    start_time: formatTimestamp(event.start_time),
    end_time: formatTimestamp(event.end_time),
    created_at: formatTimestamp(event.created_at),
    updated_at: formatTimestamp(event.updated_at),
    status: event.is_deleted ? 'cancelled' : event.status,
    bots: event.bots.map(showBot),
    ...(excluded.has('raw') && { raw: undefined }),
  });
