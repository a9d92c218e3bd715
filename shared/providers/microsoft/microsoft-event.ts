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
const personSchema = z.object({ emailAddress: z.object({ address: text, name: text }).optional().catch(undefined) });
const momentSchema = z.object({ dateTime: z.string(), timeZone: text });

/** The fields we read. A field of the wrong type counts as absent. */
const eventSchema = z.looseObject({
  // No provider has longer ids.
  id: z.string().min(1).max(2_048),
  subject: text,
  iCalUId: text,
  seriesMasterId: text,
  type: text,
  sensitivity: text,
  showAs: text,
  isAllDay: z.boolean().nullish().catch(null),
  isOrganizer: z.boolean().nullish().catch(null),
  responseStatus: z.object({ response: text }).nullish().catch(null),
  originalStartTimeZone: text,
  start: momentSchema,
  end: momentSchema.nullish().catch(null),
  organizer: personSchema.nullish().catch(null),
  attendees: listOf(personSchema),
});
type GraphEvent = z.output<typeof eventSchema>;

const responses: Record<string, string> = {
  organizer: 'accepted',
  accepted: 'accepted',
  tentativelyAccepted: 'tentative',
  declined: 'declined',
  notResponded: 'needs_action',
};

/**
 * An event of Graph (https://learn.microsoft.com/en-us/graph/api/resources/event) in our terms.
 *
 * @param mailboxZone IANA zone for all-day events whose zone is unknown
 * @throws when the id or a readable start is missing
 */
export function readMicrosoftEvent(raw: Record<string, unknown>, mailboxZone: string): EventContent {
  const event = eventSchema.parse(raw);
  const isAllDay = event.isAllDay === true;
  const zone = resolveTimeZone(event.originalStartTimeZone);
  const read = (moment: GraphEvent['start']): Timestamp | null =>
    isAllDay ? midnight(moment, zone ?? mailboxZone) : readMoment(moment);
  const start = read(event.start);
  if (!start) throw new Error('event without a readable start');
  const link = findMeetingLink(linkSourcesOf(raw));
  return fitEvent({
    platform_uuid: event.id,
    start_time: start,
    end_time: (event.end && read(event.end)) ?? start,
    name: event.subject ?? null,
    meeting_url: link?.url ?? null,
    meeting_platform: link?.platform ?? null,
    attendees: (event.attendees ?? []).map(readPerson),
    ical_uid: event.iCalUId ?? null,
    is_all_day: isAllDay,
    time_zone: zone,
    organizer: event.organizer ? readPerson(event.organizer) : null,
    response_status: event.isOrganizer ? 'accepted' : (responses[event.responseStatus?.response ?? ''] ?? null),
    status: event.showAs === 'tentative' ? 'tentative' : 'confirmed',
    recurring_event_id: event.seriesMasterId ?? null,
    visibility: event.sensitivity ?? null,
    event_type: event.type ?? null,
    raw,
  });
}

const readPerson = ({ emailAddress }: z.output<typeof personSchema>): Attendee => ({
  email: emailAddress?.address ?? null,
  name: emailAddress?.name ?? null,
});

/** `2026-11-21T09:30:00.0000000` without an offset, in the zone beside it. We request UTC, but any zone may come. */
function readMoment({ dateTime, timeZone }: GraphEvent['start']): Timestamp | null {
  if (/(?:Z|[+-]\d{2}:?\d{2})$/i.test(dateTime)) return parseProviderTime(dateTime);
  const zone = resolveTimeZone(timeZone ?? 'UTC');
  if (zone === 'UTC') return parseProviderTime(dateTime);
  return zone === null ? null : inZone(() => Temporal.PlainDateTime.from(cutTicks(dateTime)).toZonedDateTime(zone));
}

/** The text has the date of an all-day event. Its instant depends on the calendar's zone alone. */
const midnight = ({ dateTime }: GraphEvent['start'], zone: string): Timestamp | null =>
  inZone(() => Temporal.PlainDate.from(dateTime.slice(0, 10)).toZonedDateTime(zone));

/** Cuts the seventh digit, which .NET writes and a timestamp has no room for. */
const cutTicks = (dateTime: string): string => dateTime.replace(/(\.\d{6})\d+$/, '$1');
