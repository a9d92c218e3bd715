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
    readFreeBusy: 'GET /api/v1/free_busy',
    getContentPolicy: 'GET /api/v1/content_policy',
    putContentPolicy: 'PUT /api/v1/content_policy',
    getCalendarHealth: 'GET /api/v1/calendars/{id}/health',
  },
  query: {
    createCalendar: ['verify'],
    listCalendars: ['deduplication_key', 'state', 'platform', 'account_id', 'account_email', 'cursor', 'limit'],
    listCalendarSyncs: ['cursor', 'limit'],
    readFreeBusy: ['calendar_ids', 'attendees', 'from', 'to'],
  },
} as const satisfies FunctionRoutes;
