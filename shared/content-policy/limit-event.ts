import type { CalendarEvent, EventContent } from '../events/calendar-event.ts';
import type { EventDetails } from '../events/details/event-details.ts';
import { noGuest } from '../events/details/guests.ts';
import { platformOf, readDetails } from '../events/details/read-details.ts';
import { linkSourcesOf } from '../meeting-links/event-link-sources.ts';
import { findMeetingLink, listMeetingLinks } from '../meeting-links/list-meeting-links.ts';
import { allowedFields, type ContentField, type ContentPolicy, isLimiting } from './content-policy.ts';
import { bodyFields, providerFields } from './provider-fields.ts';

/** Does the policy drop events of this type? */
export function isDropped(content: EventContent, { drop_event_types }: ContentPolicy): boolean {
  const dropped: readonly string[] = drop_event_types;
  return dropped.length > 0 && dropped.includes(readDetails(content).event_type);
}

/**
 * What a policy leaves of an event. The link of the meeting is found before the text is dropped. Applied to its own outcome
 * it changes nothing, and no policy gives back what another one has dropped.
 *
 * @param meetingHosts hosts of the project whose every link is a meeting
 */
export function limitEvent(
  content: EventContent,
  policy: ContentPolicy,
  meetingHosts: readonly string[] = [],
): EventContent {
  if (!isLimiting(policy)) return content;
  const allowed = allowedFields(policy);
  const linked = allowed.has('meeting_url') ? withLink(content, meetingHosts) : withoutLink(content);
  if (policy.mode === 'full') return content;
  const body_links = allowed.has('meeting_url') ? linksInBody(content, meetingHosts) : [];
  const { body_links: _known, ...event } = linked;
  const kept = { ...event, ...(body_links.length > 0 && { body_links }) };
  if (policy.mode === 'no_description') {
    return {
      ...kept,
      ...(event.details && { details: { ...event.details, description: null } }),
      raw: without(event.raw, bodyFields),
    };
  }
  return limitToFields(kept, allowed);
}

function limitToFields(event: EventContent, allowed: ReadonlySet<ContentField>): EventContent {
  const ifAllowed = <Value>(field: ContentField, value: Value): Value | null => (allowed.has(field) ? value : null);
  return {
    ...event,
    name: ifAllowed('name', event.name),
    attendees: allowed.has('attendees') ? event.attendees : [],
    attendees_omitted: allowed.has('attendees') && event.attendees_omitted,
    organizer: ifAllowed('organizer', event.organizer),
    response_status: ifAllowed('response_status', event.response_status),
    ical_uid: ifAllowed('ical_uid', event.ical_uid),
    visibility: ifAllowed('visibility', event.visibility),
    event_type: ifAllowed('event_type', event.event_type),
    details: limitDetails(event, readDetails(event), allowed),
    raw: limitRaw(event.raw, allowed),
  };
}

/** An event that its owner has declined leaves the owner free, also where the answer itself is not kept. */
function limitDetails(
  { response_status }: EventContent,
  details: EventDetails,
  allowed: ReadonlySet<ContentField>,
): EventDetails {
  return {
    ...details,
    location: allowed.has('location') ? details.location : null,
    description: allowed.has('description') ? details.description : null,
    conference: allowed.has('conference') ? details.conference : null,
    guests: allowed.has('attendees') ? details.guests.map((guest) => ({ ...noGuest, ...guest })) : [],
    visibility: allowed.has('visibility') ? details.visibility : 'default',
    event_type: allowed.has('event_type') ? details.event_type : 'default',
    busy: response_status === 'declined' ? 'free' : details.busy,
  };
}

/** @param raw of a provider, or what another policy has left of it */
function limitRaw(raw: Record<string, unknown>, allowed: ReadonlySet<ContentField>): Record<string, unknown> {
  const { always, of } = providerFields[platformOf(raw)];
  const kept = new Set([...always, ...[...allowed].flatMap((field) => of[field])]);
  return Object.fromEntries(Object.entries(raw).filter(([name]) => kept.has(name)));
}

const without = (raw: Record<string, unknown>, names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(raw).filter(([name]) => !names.includes(name)));

/** The link of the meeting, found in all places, and among the hosts of the project. */
function withLink(content: EventContent, hosts: readonly string[]): EventContent {
  const link = hosts.length > 0 ? findMeetingLink(linkSourcesOf(content.raw), hosts) : null;
  return link ? { ...content, meeting_url: link.url, meeting_platform: link.platform } : content;
}

const withoutLink = (content: EventContent): EventContent => ({
  ...content,
  meeting_url: null,
  meeting_platform: null,
});

/** No invitation has more. */
const mostLinks = 20;

/** The links of meetings that the text has: what is left of it, so that all candidates stay known. */
function linksInBody(
  { raw, body_links = [] }: Pick<EventContent, 'raw' | 'body_links'>,
  hosts: readonly string[],
): string[] {
  const { body } = linkSourcesOf(raw);
  if (body === null) return body_links;
  const sources = { title: null, entryPoints: [], location: null, body };
  return listMeetingLinks(sources, hosts)
    .candidates.slice(0, mostLinks)
    .map(({ url }) => url);
}

/** An event of the change feed, whose entries are as old as their changes. */
export function limitShown(event: CalendarEvent, policy: ContentPolicy): CalendarEvent {
  return { ...event, ...(isDropped(event, policy) ? blankEvent(event) : limitEvent(event, policy)) };
}

/** What is left of an event that a policy drops, where a row of it is shown as deleted: its times. */
export function blankEvent(content: EventContent): EventContent {
  const { body_links: _links, ...event } = limitToFields(withoutLink(content), new Set());
  return event;
}
