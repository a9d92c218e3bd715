import * as z from 'zod';
import { listOf } from '../../platform/list-of.ts';
import type { EventContent } from '../calendar-event.ts';
import { readEventTraits } from '../event-traits.ts';
import { cutText } from './cut-text.ts';
import {
  type Conference,
  dateIn,
  daysOf,
  type EventDetails,
  entryPointTypes,
  longestDescription,
  longestSource,
  midnightIn,
  type ResponseStatus,
  timeOf,
} from './event-details.ts';
import { isSameAddress, matchGuests, type ProviderGuest } from './guests.ts';
import { htmlToText, looksLikeHtml, tidy } from './html-to-text.ts';
import { googleSeriesKey } from './series-key.ts';

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const moment = z.object({ date: text, dateTime: text, timeZone: text }).nullish().catch(null);
const person = z.object({ email: text, displayName: text, self: flag });
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);

/** What is read of an event; a field of another type counts as absent. */
const eventSchema = z.object({
  description: text,
  location: text,
  recurringEventId: text,
  start: moment,
  end: moment,
  originalStartTime: moment,
  organizer: optional(person),
  attendees: listOf(person.extend({ organizer: flag, resource: flag, optional: flag, responseStatus: text })),
  conferenceData: optional(
    z.object({
      conferenceId: text,
      conferenceSolution: optional(z.object({ name: text })),
      entryPoints: listOf(
        z.object({
          entryPointType: text,
          uri: z.string().min(1),
          label: text,
          pin: text,
          passcode: text,
          password: text,
          accessCode: text,
          meetingCode: text,
        }),
      ),
    }),
  ),
});
type GoogleEvent = z.output<typeof eventSchema>;

const responses: ReadonlyMap<string, ResponseStatus> = new Map([
  ['needsAction', 'needs_action'],
  ['accepted', 'accepted'],
  ['declined', 'declined'],
  ['tentative', 'tentative'],
]);

/** https://developers.google.com/workspace/calendar/api/v3/reference/events */
export function readGoogleDetails(content: EventContent): EventDetails {
  const event = eventSchema.parse(content.raw);
  const days = content.is_all_day
    ? daysOf(dateIn(event.start?.date), dateIn(event.end?.date))
    : { start_date: null, end_date: null };
  return {
    location: event.location?.trim() || null,
    description: readDescription(event.description),
    guests: matchGuests(
      content.attendees,
      (event.attendees ?? []).map((one) => guestOf(one, event)),
    ),
    ...readEventTraits('google', content.raw),
    ...days,
    original_start_time: originalStart(event, content.time_zone),
    conference: readConference(event),
    series_key: content.recurring_event_id === null ? null : googleSeriesKey(content.recurring_event_id),
  };
}

/** Text, or HTML in which line breaks count as well. */
function readDescription(source: string | null | undefined): string | null {
  const some = (source ?? '').slice(0, longestSource);
  const plain = looksLikeHtml(some) ? htmlToText(some, { keepsLines: true }) : tidy(some);
  return cutText(plain, longestDescription).trim() || null;
}

const guestOf = (
  { email, displayName, self, ...guest }: NonNullable<GoogleEvent['attendees']>[number],
  { organizer }: GoogleEvent,
): ProviderGuest => ({
  email: email ?? null,
  name: displayName ?? null,
  response_status: responses.get(guest.responseStatus ?? '') ?? null,
  organizer: guest.organizer === true || isSameAddress(email, organizer?.email),
  optional: guest.optional === true,
  resource: guest.resource === true,
  self: self === true,
});

function originalStart({ originalStartTime: original }: GoogleEvent, zone: string | null) {
  const date = dateIn(original?.date);
  return date === null ? timeOf(original?.dateTime) : midnightIn(date, zone);
}

function readConference({ conferenceData: data }: GoogleEvent): Conference | null {
  if (!data) return null;
  const entry_points = (data.entryPoints ?? []).flatMap(({ entryPointType, uri, label, ...codes }) => {
    const type = entryPointTypes.find((known) => known === entryPointType);
    const pin = codes.pin ?? codes.passcode ?? codes.password ?? codes.accessCode ?? codes.meetingCode ?? null;
    return type ? [{ type, uri, label: label ?? null, pin }] : [];
  });
  const conference = { name: data.conferenceSolution?.name ?? null, id: data.conferenceId ?? null, entry_points };
  return conference.name === null && conference.id === null && entry_points.length === 0 ? null : conference;
}
