import type { FunctionRoutes } from '../http/routes.ts';

export const eventRoutes = {
  function: 'api-calendar-events',
  auth: 'api_key',
  operations: {
    listCalendarChanges: 'GET /api/v1/calendar_changes',
    listCalendarEvents: 'GET /api/v1/calendar_events',
    getCalendarEvent: 'GET /api/v1/calendar_events/{id}',
    listMeetingLinks: 'GET /api/v1/calendar_events/{id}/meeting_links',
  },
  query: {
    listCalendarChanges: ['calendar_id', 'exclude', 'cursor', 'limit'],
    listCalendarEvents: [
      'calendar_id',
      'calendar_deduplication_key',
      'event_id',
      'is_deleted',
      'updated_at_gte',
      'updated_after',
      'start_time_gte',
      'end_time_lte',
      'overlaps_from',
      'overlaps_to',
      'has_meeting_url',
      'attendee',
      'series_id',
      'ordering',
      'exclude',
      'cursor',
      'limit',
    ],
    getCalendarEvent: ['exclude'],
  },
} as const satisfies FunctionRoutes;
