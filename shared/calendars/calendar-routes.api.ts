import type { FunctionRoutes } from '../http/routes.ts';

export const calendarRoutes = {
  function: 'api-calendars',
  auth: 'api_key',
  operations: {
    createCalendar: 'POST /api/v1/calendars',
    listCalendars: 'GET /api/v1/calendars',
    getCalendar: 'GET /api/v1/calendars/{id}',
    updateCalendar: 'PATCH /api/v1/calendars/{id}',
    deleteCalendar: 'DELETE /api/v1/calendars/{id}',
    listCalendarSyncs: 'GET /api/v1/calendars/{id}/syncs',
    syncCalendar: 'POST /api/v1/calendars/{id}/sync',
    getCalendarHealth: 'GET /api/v1/calendars/{id}/health',
  },
  query: {
    createCalendar: ['verify'],
    listCalendars: ['deduplication_key', 'state', 'platform', 'cursor', 'limit'],
    listCalendarSyncs: ['cursor', 'limit'],
  },
} as const satisfies FunctionRoutes;
