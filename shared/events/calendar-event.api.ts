import * as z from 'zod';
import { botOut, showBot } from '../bots/bot.api.ts';
import type { Bot } from '../bots/bot.ts';
import { idOut, timeOut } from '../http/response-fields.ts';
import { formatTimestamp } from '../platform/timestamp.ts';
import type { CalendarEvent } from './calendar-event.ts';
import { entryPointTypes, responseStatuses } from './details/event-details.ts';
import { describeEvent, seriesOf } from './details/read-details.ts';
import { busyKinds, eventTypes, visibilities } from './event-traits.ts';

const personOut = z.object({ email: z.string().nullable(), name: z.string().nullable() });
const responseStatusOut = z.enum(responseStatuses).nullable();
const dateOut = z.iso.date().nullable();

const attendeeOut = personOut.extend({
  response_status: responseStatusOut.meta({ description: 'The answer to the invitation; null where it is not known' }),
  organizer: z.boolean(),
  optional: z.boolean(),
  resource: z.boolean().meta({ description: 'A room or a device' }),
  self: z.boolean().meta({ description: 'The owner of the calendar' }),
});

const conferenceOut = z.object({
  name: z.string().nullable().meta({ description: 'The product, as its provider names it' }),
  id: z.string().nullable(),
  entry_points: z.array(
    z.object({
      type: z.enum(entryPointTypes),
      uri: z.string(),
      label: z.string().nullable(),
      pin: z.string().nullable().meta({ description: 'PIN, passcode or access code' }),
    }),
  ),
});

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
  attendees_omitted: z.boolean().meta({ description: 'There are more guests than `attendees` has' }),
  ical_uid: z.string().nullable(),
  raw: z.record(z.string(), z.unknown()),
  bots: z.array(botOut),
  created_at: timeOut(),
  updated_at: timeOut(),
  is_all_day: z.boolean(),
  time_zone: z.string().nullable(),
  organizer: personOut.nullable(),
  response_status: responseStatusOut.meta({ description: 'The answer of the calendar’s owner' }),
  status: z.enum(['confirmed', 'tentative', 'cancelled']),
  recurring_event_id: z.string().nullable().meta({ description: 'Id of its series at the provider' }),
  visibility: z.enum(visibilities),
  event_type: z.enum(eventTypes).meta({ description: '`unknown`: a type that the provider has added since' }),
  meeting_platform: z.string().nullable(),
  busy: z.enum(busyKinds).meta({ description: 'How the event counts in the calendar of its owner' }),
  start_date: dateOut.meta({ description: 'The first day of an all-day event; null for all others' }),
  end_date: dateOut.meta({ description: 'The day after the last day of an all-day event; null for all others' }),
  location: z.string().nullable(),
  description: z.string().nullable().meta({ description: 'Text, without HTML, at most 8,000 characters' }),
  original_start_time: timeOut()
    .nullable()
    .meta({ description: 'When its series would have it start, wherever it is now; null without a series' }),
  series_id: idOut('ser')
    .nullable()
    .meta({ description: 'The same for all events of a series, also after a change of “this and following”' }),
  conference: conferenceOut.nullable().meta({ description: 'How to join, as the provider of the calendar knows it' }),
});

export function showCalendarEvent(event: CalendarEvent & { bots: Bot[] }): z.output<typeof calendarEventOut> {
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
  });
}
