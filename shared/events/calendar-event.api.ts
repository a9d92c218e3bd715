import * as z from 'zod';
import { botOut, showBot } from '../bots/bot.api.ts';
import type { Bot } from '../bots/bot.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { meetingPlatforms } from '../meeting-links/meeting-platforms.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { entryPointTypes, responseStatuses } from './details/event-details.ts';
import { describeEvent, seriesOf } from './details/read-details.ts';
import type { ExcludedKeys } from './event-query.api.ts';
import { busyKinds, eventTypes, visibilities } from './event-traits.ts';

export const personOut = z.object({ email: z.string().nullable(), name: z.string().nullable() });
const responseStatusOut = z.enum(responseStatuses).nullable();
const dateOut = z.iso.date().nullable();

export const attendeeOut = personOut.extend({
  response_status: responseStatusOut,
  organizer: z.boolean(),
  optional: z.boolean(),
  resource: z.boolean(),
  self: z.boolean(),
});

export const entryPointOut = z.object({
  type: z.enum(entryPointTypes),
  uri: z.string(),
  label: z.string().nullable(),
  pin: z.string().nullable(),
});

export const conferenceOut = z.object({
  name: z.string().nullable(),
  id: z.string().nullable(),
  entry_points: z.array(entryPointOut),
});

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
  attendees: z.array(attendeeOut),
  attendees_omitted: z.boolean(),
  ical_uid: z.string().nullable(),
  raw: rawOut.optional(),
  bots: z.array(botOut),
  created_at: timeOut(),
  updated_at: timeOut(),
  is_all_day: z.boolean(),
  time_zone: z.string().nullable(),
  organizer: personOut.nullable(),
  response_status: responseStatusOut,
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
  recurring_event_id: z.string().nullable(),
  visibility: z.enum(visibilities),
  event_type: z.enum(eventTypes),
  /** Later versions may know more platforms. */
  meeting_platform: z.string().meta({ 'x-extensible-enum': meetingPlatforms }).nullable(),
  busy: z.enum(busyKinds),
  start_date: dateOut,
  end_date: dateOut,
  location: z.string().nullable(),
  description: z.string().nullable(),
  original_start_time: timeOut().nullable(),
  series_id: idOut('ser').nullable(),
  conference: conferenceOut.nullable(),
});

/** @param excluded keys that the answer leaves out */
export function showCalendarEvent(
  event: CalendarEvent & { bots: Bot[] },
  excluded: ExcludedKeys = new Set(),
): z.output<typeof calendarEventOut> {
  const described = describeEvent(event);
  const { original_start_time: originalStart, response_status: response } = described;
  return calendarEventOut.parse({
    ...event,
    ...described,
    response_status: responseStatuses.find((known) => known === response) ?? null,
    original_start_time: originalStart && formatTimestamp(originalStart),
    series_id: seriesOf(event, described),
    start_time: formatTimestamp(event.start_time),
    end_time: formatTimestamp(event.end_time),
    created_at: formatTimestamp(event.created_at),
    updated_at: formatTimestamp(event.updated_at),
    status: event.is_deleted ? 'cancelled' : event.status,
    bots: event.bots.map(showBot),
    ...(excluded.has('raw') && { raw: undefined }),
  });
}
