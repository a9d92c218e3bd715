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
  longestDescription,
  longestSource,
  type ResponseStatus,
  timeOf,
} from './event-details.ts';
import { isSameAddress, matchGuests, type ProviderGuest } from './guests.ts';
import { htmlToText, tidy } from './html-to-text.ts';
import { microsoftSeriesKey } from './series-key.ts';

const text = z.string().nullish().catch(null);
const flag = z.boolean().nullish().catch(null);
const optional = <Schema extends z.ZodType>(schema: Schema) => schema.nullish().catch(null);
const moment = optional(z.object({ dateTime: text }));
const address = optional(z.object({ address: text, name: text }));
const status = optional(z.object({ response: text, time: text }));
const place = z.object({ displayName: text, locationUri: text });

/** What is read of an event; a field of another type counts as absent. */
const eventSchema = z.object({
  type: text,
  body: optional(z.object({ contentType: text, content: text })),
  bodyPreview: text,
  location: optional(place),
  locations: listOf(place),
  start: moment,
  end: moment,
  originalStart: text,
  isOrganizer: flag,
  responseStatus: status,
  organizer: optional(z.object({ emailAddress: address })),
  attendees: listOf(z.object({ type: text, status, emailAddress: address })),
  isOnlineMeeting: flag,
  onlineMeetingProvider: text,
  onlineMeeting: optional(
    z.object({
      joinUrl: text,
      conferenceId: text,
      tollNumber: text,
      tollFreeNumbers: listOf(z.string()),
      phones: listOf(z.object({ number: z.string() })),
    }),
  ),
});
type GraphEvent = z.output<typeof eventSchema>;
type GraphGuest = NonNullable<GraphEvent['attendees']>[number];

/** Of a guest `none` is no answer as well. */
const responses: ReadonlyMap<string, ResponseStatus> = new Map([
  ['none', 'needs_action'],
  ['notResponded', 'needs_action'],
  ['organizer', 'accepted'],
  ['accepted', 'accepted'],
  ['tentativelyAccepted', 'tentative'],
  ['declined', 'declined'],
]);

/** https://learn.microsoft.com/en-us/graph/api/resources/event */
export function readMicrosoftDetails(content: EventContent): EventDetails {
  const event = eventSchema.parse(content.raw);
  const days = content.is_all_day
    ? daysOf(dateIn(event.start?.dateTime), dateIn(event.end?.dateTime))
    : { start_date: null, end_date: null };
  const own = ownGuest(event);
  return {
    location: readLocation(event),
    description: readBody(event),
    guests: matchGuests(
      content.attendees,
      (event.attendees ?? []).map((one) => guestOf(one, event, one === own)),
    ),
    ...readEventTraits('microsoft', content.raw),
    ...days,
    original_start_time: originalStart(event, content),
    conference: readConference(event),
    series_key:
      content.recurring_event_id === null ? null : microsoftSeriesKey(content.recurring_event_id, content.ical_uid),
  };
}

/** An event has several places; `location` names all of them. */
function readLocation({ location, locations = [] }: GraphEvent): string | null {
  const nameOf = (one: z.output<typeof place> | null | undefined): string =>
    one?.displayName?.trim() || one?.locationUri?.trim() || '';
  return nameOf(location) || locations.map(nameOf).filter(Boolean).join('; ') || null;
}

function readBody({ body, bodyPreview }: GraphEvent): string | null {
  const some = (body?.content ?? bodyPreview ?? '').slice(0, longestSource);
  const plain = body?.content && body.contentType?.toLowerCase() === 'html' ? htmlToText(some) : tidy(some);
  return cutText(plain, longestDescription).trim() || null;
}

function guestOf(
  { type, status: answer, emailAddress }: GraphGuest,
  event: GraphEvent,
  isSelf: boolean,
): ProviderGuest {
  const organizer = isSameAddress(emailAddress?.address, event.organizer?.emailAddress?.address);
  const response = answer?.response ?? '';
  const isUnsaid = response === 'none' || response === '';
  return {
    email: emailAddress?.address ?? null,
    name: emailAddress?.name ?? null,
    response_status: organizer && isUnsaid ? 'accepted' : (responses.get(response) ?? null),
    organizer,
    optional: type === 'optional',
    resource: type === 'resource',
    self: isSelf,
  };
}

/**
 * The guest who is the owner of the calendar, where the event alone says so: the owner is the organizer, or has answered
 * with the event's own answer at the event's own time. Otherwise the address of the account decides.
 */
function ownGuest({ attendees = [], isOrganizer, organizer, responseStatus: own }: GraphEvent): GraphGuest | undefined {
  if (isOrganizer === true) {
    return attendees.find(({ emailAddress }) => isSameAddress(emailAddress?.address, organizer?.emailAddress?.address));
  }
  if (!own?.response || !own.time || own.time.startsWith('0001-')) return undefined;
  const same = attendees.filter(({ status: answer }) => answer?.response === own.response && answer?.time === own.time);
  return same.length === 1 ? same[0] : undefined;
}

/** An occurrence is where its rule puts it. A moved one is an exception, which names its original start. */
function originalStart({ type, originalStart: original }: GraphEvent, content: EventContent) {
  if (content.recurring_event_id === null) return null;
  return timeOf(original) ?? (type === 'occurrence' ? content.start_time : null);
}

const products: ReadonlyMap<string, string> = new Map([
  ['teamsForBusiness', 'Microsoft Teams'],
  ['skypeForBusiness', 'Skype for Business'],
  ['skypeForConsumer', 'Skype'],
]);

function readConference({ onlineMeeting: meeting, onlineMeetingProvider }: GraphEvent): Conference | null {
  const name = products.get(onlineMeetingProvider ?? '') ?? null;
  if (!meeting) return null;
  const numbers = [
    meeting.tollNumber,
    ...(meeting.tollFreeNumbers ?? []),
    ...(meeting.phones ?? []).map((one) => one.number),
  ];
  const dialled = [...new Set(numbers.filter((number): number is string => Boolean(number)))];
  const id = meeting.conferenceId ?? null;
  const entry_points = [
    ...(meeting.joinUrl ? [{ type: 'video' as const, uri: meeting.joinUrl, label: null, pin: null }] : []),
    ...dialled.map((number) => ({ type: 'phone' as const, uri: `tel:${number}`, label: number, pin: id })),
  ];
  return id === null && entry_points.length === 0 ? null : { name, id, entry_points };
}
