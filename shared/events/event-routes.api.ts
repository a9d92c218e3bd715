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
} as const satisfies FunctionRoutes;
