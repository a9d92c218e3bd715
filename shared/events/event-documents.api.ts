import { detailOut, lookupErrorOut } from '../http/error-schemas.ts';
import { cursor, type Documents, timeText } from '../http/operation-document.ts';
import { listOut } from '../http/response-fields.ts';
import { calendarEventOut } from './calendar-event.api.ts';
import { calendarChangesOut } from './change-feed/calendar-change.api.ts';
import type { eventRoutes } from './event-routes.api.ts';
import { meetingLinksOut } from './meeting-links.api.ts';

/** Of filters without an index. */
const lateText = 'A page may end early, with `next`.';

export const eventDocuments: Documents<typeof eventRoutes> = {
  listCalendarChanges: {
    summary: 'List all changes of all events of the project, in commit order',
    tag: 'Freshness',
    query: {
      calendar_id: { description: 'Only changes of this calendar' },
      cursor: {
        description: '`next_cursor` of the previous answer; without it the list begins at the oldest stored change',
      },
    },
    responses: { 200: calendarChangesOut, 404: detailOut, 410: detailOut },
  },
  listCalendarEvents: {
    summary: 'List events; filters are ANDed',
    tag: 'Calendar events',
    query: {
      calendar_id: { description: 'Only events of this calendar' },
      calendar_deduplication_key: { description: 'Only events of the calendar with this key' },
      event_id: { description: 'Only this event' },
      updated_at_gte: { description: `Only events that changed at or after this time. ${timeText}` },
      updated_after: { description: 'Alias of `updated_at_gte`; ignored when both are given' },
      start_time_gte: { description: `Only events that start at or after this time. ${timeText}` },
      end_time_lte: { description: `Only events that end at or before this time. ${timeText}` },
      has_meeting_url: {
        description: `\`true\`: only events with a \`meeting_url\`; \`false\`: only events without one. ${lateText}`,
        schema: { type: 'boolean' },
      },
      attendee: { description: `Only events that this address is invited to, in any case. ${lateText}` },
      series_id: { description: `Only events of this series. ${lateText}` },
      ordering: {
        description: 'Order of the list; by default the latest change comes first',
        schema: {
          type: 'string',
          enum: ['updated_at', 'start_time', 'end_time', 'created_at'].flatMap((name) => [name, `-${name}`]),
          default: '-updated_at',
        },
      },
      cursor,
    },
    responses: { 200: listOut(calendarEventOut), 400: lookupErrorOut, 404: detailOut },
  },
  getCalendarEvent: {
    summary: 'Read an event',
    tag: 'Calendar events',
    responses: { 200: calendarEventOut, 404: lookupErrorOut },
  },
  listMeetingLinks: {
    summary: 'List all links of an event that may join its meeting, the chosen one first',
    tag: 'Calendar events',
    responses: { 200: meetingLinksOut, 404: lookupErrorOut },
  },
};
