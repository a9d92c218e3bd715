import { Temporal } from 'temporal-polyfill';
import * as z from 'zod';
import type { Attendee, EventContent } from '../../events/calendar-event.ts';
import { fitEvent } from '../../events/fit-event.ts';
import { linkSourcesOf } from '../../meeting-links/event-link-sources.ts';
import { findMeetingLink } from '../../meeting-links/list-meeting-links.ts';
import { listOf } from '../../platform/list-of.ts';
import { parseProviderTime, type Timestamp } from '../../platform/timestamp.ts';
import { resolveTimeZone } from '../resolve-time-zone.ts';
import { inZone } from '../zoned-time.ts';

const text = z.string().nullish().catch(null);
const personSchema = z.object({ email: text, displayName: text, self: z.boolean().optional().catch(undefined) });
const momentSchema = z.object({ date: text, dateTime: text, timeZone: text });

/** The fields we read. A field of the wrong type counts as absent, so that one bad field loses no event. */
const eventSchema = z.looseObject({
  // No provider has longer ids.
  id: z.string().min(1).max(2_048),
  status: text,
  summary: text,
  iCalUID: text,
  recurringEventId: text,
  visibility: text,
  eventType: text,
  start: momentSchema,
  end: momentSchema.optional().catch(undefined),
  organizer: personSchema.optional().catch(undefined),
  attendees: listOf(personSchema.extend({ responseStatus: text })),
});

const responses: Record<string, string> = {
  needsAction: 'needs_action',
  accepted: 'accepted',
  declined: 'declined',
  tentative: 'tentative',
};

/**
 * An event resource of Google Calendar v3 (https://developers.google.com/workspace/calendar/api/v3/reference/events)
 * in our terms. Without access to details every text is null.
 *
 * @param calendarZone IANA zone at whose midnight all-day events begin and end
 * @throws when the id or a readable start is missing
 */
export function readGoogleEvent(raw: Record<string, unknown>, calendarZone: string): EventContent {
  const event = eventSchema.parse(raw);
  const start = readMoment(event.start, calendarZone);
  if (!start) throw new Error('event without a readable start');
  const isAllDay = Boolean(event.start.date);
  const link = findMeetingLink(linkSourcesOf(raw));
  return fitEvent({
    platform_uuid: event.id,
    start_time: start,
    end_time: (event.end && readMoment(event.end, calendarZone)) ?? start,
    name: event.summary ?? null,
    meeting_url: link?.url ?? null,
    meeting_platform: link?.platform ?? null,
    attendees: (event.attendees ?? []).map(readPerson),
    ical_uid: event.iCalUID ?? null,
    is_all_day: isAllDay,
    time_zone: resolveTimeZone(event.start.timeZone) ?? (isAllDay ? calendarZone : null),
    organizer: event.organizer ? readPerson(event.organizer) : null,
    response_status: readResponse(event),
    status: event.status === 'tentative' ? 'tentative' : 'confirmed',
    recurring_event_id: event.recurringEventId ?? null,
    visibility: event.visibility ?? null,
    event_type: event.eventType ?? null,
    raw,
  });
}

type GoogleEvent = z.output<typeof eventSchema>;

const readPerson = ({ email, displayName }: z.output<typeof personSchema>): Attendee => ({
  email: email ?? null,
  name: displayName ?? null,
});

/** The owner's RSVP is that of the attendee marked `self`. An event of the owner without guests counts as accepted. */
function readResponse({ attendees = [], organizer }: GoogleEvent): string | null {
  const own = attendees.find(({ self }) => self);
  if (own) return responses[own.responseStatus ?? ''] ?? null;
  return attendees.length === 0 && organizer?.self ? 'accepted' : null;
}

function readMoment(moment: z.output<typeof momentSchema>, calendarZone: string): Timestamp | null {
  if (moment.date) return midnight(moment.date, calendarZone);
  if (!moment.dateTime) return null;
  const hasOffset = /(?:Z|[+-]\d{2}:?\d{2})$/i.test(moment.dateTime);
  return hasOffset || !moment.timeZone
    ? parseProviderTime(moment.dateTime)
    : inZone(() => Temporal.PlainDateTime.from(moment.dateTime ?? '').toZonedDateTime(moment.timeZone ?? 'UTC'));
}

const midnight = (date: string, zone: string): Timestamp | null =>
  inZone(() => Temporal.PlainDate.from(date).toZonedDateTime(zone));
