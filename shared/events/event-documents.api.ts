import { cursor, type Documents, limitParameter, timeParameter } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { calendarEventOut } from './calendar-event.api.ts';
import { calendarChangesOut } from './change-feed/calendar-change.api.ts';
import { changeExample, eventExample, meetingLinksExample } from './event-examples.api.ts';
import { eventOrderings, excludableKeys } from './event-query.api.ts';
import type { eventRoutes } from './event-routes.api.ts';
import { meetingLinksOut } from './meeting-links.api.ts';

export const calendarEventListOut = listOut(calendarEventOut);

/** Of filters without an index. */
const lateText = 'A page may end early, with `next`.';

const exclude = {
  description: 'Keys that events in the answer leave out',
  schema: { type: 'array', items: { type: 'string', enum: [...excludableKeys] }, minItems: 1 },
  style: 'form',
  explode: false,
};

export const eventDocuments: Documents<typeof eventRoutes> = {
  listCalendarChanges: {
    summary: 'Read the change feed',
    description:
      'All changes of all events of the project, deletions included, in commit order. A cursor skips and repeats nothing. `next_cursor` is always there: ask again later with it.',
    tag: 'Freshness',
    query: {
      calendar_id: { description: 'Only changes of this calendar' },
      exclude,
      limit: limitParameter(100),
      cursor: {
        description: '`next_cursor` of the previous answer; without it the feed begins at the oldest stored change',
      },
    },
    answer: {
      status: 200,
      description: 'The next changes',
      schema: calendarChangesOut,
      example: { results: [changeExample], next_cursor: 'eyJwb3NpdGlvbiI6IjEifQ.c2lnbmF0dXJl', has_more: false },
    },
    errors: ['InvalidCursor', 'CursorExpired'],
  },
  listCalendarEvents: {
    summary: 'List events',
    description:
      'The events of all calendars of the project, 100 a page. Filters are ANDed; an unknown id gives an empty list. Deleted events stay in the list with `is_deleted: true`.',
    tag: 'Calendar events',
    query: {
      calendar_id: { description: 'Only events of this calendar' },
      calendar_deduplication_key: { description: 'Only events of the calendar with this key' },
      event_id: { description: 'Only this event' },
      is_deleted: {
        description: `\`true\`: only deleted events; \`false\`: only events that are not deleted. ${lateText}`,
        schema: { type: 'boolean' },
      },
      updated_at_gte: timeParameter('Only events that changed at or after this time.'),
      updated_after: timeParameter('Alias of `updated_at_gte`; ignored when both are given.'),
      start_time_gte: timeParameter('Only events that start at or after this time.'),
      end_time_lte: timeParameter('Only events that end at or before this time.'),
      overlaps_from: timeParameter('Only events that end after this time.'),
      overlaps_to: timeParameter('Only events that start before this time.'),
      has_meeting_url: {
        description: `\`true\`: only events with a \`meeting_url\`; \`false\`: only events without one. ${lateText}`,
        schema: { type: 'boolean' },
      },
      attendee: { description: `Only events that this address is invited to, in any case. ${lateText}` },
      series_id: { description: `Only events of this series. ${lateText}` },
      ordering: {
        description: 'Order of the list; by default the latest change comes first',
        schema: { type: 'string', enum: [...eventOrderings], default: '-updated_at' },
      },
      exclude,
      cursor,
      limit: limitParameter(100),
    },
    answer: {
      status: 200,
      description: 'A page of events',
      schema: calendarEventListOut,
      example: { next: null, previous: null, results: [eventExample] },
    },
    errors: ['InvalidCursor'],
  },
  getCalendarEvent: {
    summary: 'Read an event',
    description: 'An event with its bots. Its id is stable for its calendar and its id at the provider.',
    tag: 'Calendar events',
    query: { exclude },
    answer: { status: 200, description: 'The event', schema: calendarEventOut, example: eventExample },
    errors: ['NotFound', 'Unreadable'],
  },
  listMeetingLinks: {
    summary: 'List the links of an event',
    description:
      'All links of an event that may join its meeting, the chosen one first, with the reason for the choice.',
    tag: 'Calendar events',
    answer: { status: 200, description: 'The links', schema: meetingLinksOut, example: meetingLinksExample },
    errors: ['NotFound', 'Unreadable'],
  },
};
