import { answerObject, type Component, choiceList, listObject, pascalCase } from '../http/component.ts';
import { choiceReasons, linkPlaces } from '../meeting-links/list-meeting-links.ts';
import { meetingPlatforms } from '../meeting-links/meeting-platforms.ts';
import { attendeeOut, calendarEventOut, conferenceOut, entryPointOut, personOut } from './calendar-event.api.ts';
import { calendarChangeOut, calendarChangesOut } from './change-feed/calendar-change.api.ts';
import { entryPointTypes, responseStatuses } from './details/event-details.ts';
import { calendarEventListOut } from './event-documents.api.ts';
import { eventOrderings } from './event-query.api.ts';
import { busyKinds, eventTypes, visibilities } from './event-traits.ts';
import { meetingLinkOut, meetingLinksOut } from './meeting-links.api.ts';

/** `UpdatedAtDescending` for `-updated_at`. */
const nameOrdering = (ordering: string): string =>
  `${pascalCase(ordering)}${ordering.startsWith('-') ? 'Descending' : 'Ascending'}`;

const person = {
  email: 'Mail address; null where the provider has none',
  name: 'Name; null where the provider has none',
};

export const eventComponents: readonly Component[] = [
  answerObject('CalendarEvent', calendarEventOut, 'An event of a calendar. Each instance of a series is an event.', {
    id: 'Id of the event, stable for its calendar and its id at the provider',
    calendar_id: 'The calendar that has the event',
    platform_uuid: 'Id of the event at the provider',
    meeting_url: 'The link that joins the meeting; null without one',
    name: 'Title of the event',
    start_time: 'Start, UTC. All-day events start at midnight in the time zone of the calendar',
    end_time: 'End, UTC. All-day events end at midnight in the time zone of the calendar',
    is_deleted: 'The event was cancelled or removed at the provider',
    attendees: 'The guests, the first of very long lists',
    attendees_omitted: 'There are more guests than `attendees` has',
    ical_uid: 'The iCalendar UID, the same in the calendars of all guests',
    raw: 'The event as its provider describes it; very long texts are cut. Absent with `exclude=raw`',
    bots: 'The bots of the event, the oldest first',
    created_at: 'When Kalends read the event first, UTC',
    updated_at: 'When the content changed last, UTC. It strictly increases within a calendar',
    is_all_day: 'The event has dates instead of times',
    time_zone: 'IANA time zone in which the event was created',
    organizer: 'Who organizes the event',
    response_status: 'The answer of the calendar’s owner; null where it is not known',
    status: '`cancelled`: the event is deleted',
    recurring_event_id: 'Id of its series at the provider; null for an event that does not recur',
    visibility: 'Who may see the event',
    event_type: 'What kind of event it is. `unknown`: a type that the provider has added since',
    meeting_platform: 'The platform of `meeting_url`, such as `zoom`',
    busy: 'How the event counts in the calendar of its owner',
    start_date: 'The first day of an all-day event; null for all others',
    end_date: 'The day after the last day of an all-day event; null for all others',
    location: 'Where the event takes place; null without a place',
    description: 'Text, without HTML, at most 8,000 characters',
    original_start_time: 'The start that its series gives it, also after it was moved, UTC; null without a series',
    series_id: 'The same for all events of a series, also after a change of “this and following”',
    conference: 'How to join, as the provider of the calendar knows it',
  }),
  answerObject('Attendee', attendeeOut, 'A guest of an event.', {
    ...person,
    response_status: 'The answer to the invitation; null where it is not known',
    organizer: 'Organizes the event',
    optional: 'The event can take place without this guest',
    resource: 'A room or a device',
    self: 'The owner of the calendar',
  }),
  answerObject('Person', personOut, 'The organizer of an event.', person),
  answerObject('Conference', conferenceOut, 'How to join a meeting, as the provider of the calendar knows it.', {
    name: 'The product, as its provider names it',
    id: 'Id of the meeting; null without one',
    entry_points: 'The ways to join',
  }),
  answerObject('ConferenceEntryPoint', entryPointOut, 'A way to join a meeting.', {
    type: 'What it is',
    uri: 'A link, a `tel:` or a `sip:` address',
    label: 'How people read it, such as a phone number',
    pin: 'PIN, passcode or access code; null without one',
  }),
  choiceList('ResponseStatus', responseStatuses, 'The answer to an invitation.'),
  choiceList('EntryPointType', entryPointTypes, 'What a way to join a meeting is.'),
  answerObject('EventChange', calendarChangeOut, 'A change of an event.', {
    change_id: 'Id of the change',
    type: 'What happened to the event',
    changed_fields: 'Fields of `event` that changed; empty when it was created. `bots` alone: only its bots changed',
    event: 'The event right after the change, with the bots that it has now',
  }),
  answerObject('EventChangeList', calendarChangesOut, 'A part of the change feed.', {
    results: 'The changes, in commit order',
    next_cursor: 'The `cursor` of the next request, now or later',
    has_more: 'More changes can be read at once',
  }),
  answerObject('MeetingLink', meetingLinkOut, 'A link that may join a meeting.', {
    url: 'The link, without redirects around it and without login tokens',
    platform: 'Its platform',
    place: 'The first place of the event that has it',
    certainty: '`possible`: a chat or a stream',
    has_passcode: 'The link has its passcode',
  }),
  answerObject('MeetingLinkList', meetingLinksOut, 'The links of an event, the chosen one first.', {
    reason: 'Why the first link is the `meeting_url` of the event; null without links',
    results: 'The links',
  }),
  listObject('CalendarEventList', calendarEventListOut, 'A page of events.'),
  choiceList(
    'EventOrdering',
    eventOrderings,
    'Order of a list of events; `-` is descending.',
    eventOrderings.map(nameOrdering),
  ),
  choiceList('EventStatus', ['confirmed', 'tentative', 'cancelled'], 'Whether an event takes place.'),
  choiceList('EventChangeType', ['created', 'changed', 'deleted'], 'What happened to an event.'),
  choiceList('MeetingPlatform', meetingPlatforms, 'A platform of meetings.'),
  choiceList('MeetingLinkPlace', linkPlaces, 'A place of an event that may have a link.'),
  choiceList('MeetingLinkCertainty', ['certain', 'possible'], 'Whether a link joins a meeting.'),
  choiceList('MeetingLinkReason', choiceReasons, 'Why a link was chosen (docs/meeting-links.md).'),
  choiceList('EventType', eventTypes, 'What kind of event it is, in the words of both providers.'),
  choiceList('EventVisibility', visibilities, 'Who may see an event, in the words of both providers.'),
  choiceList('BusyKind', busyKinds, 'How an event counts in the calendar of its owner.'),
];
