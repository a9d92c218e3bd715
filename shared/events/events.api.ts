import { lastOf } from '../http/api-request.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { answerList } from '../http/list-answer.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { showCalendarEvent } from './calendar-event.api.ts';
import { showCalendarChange } from './change-feed/calendar-change.api.ts';
import { changeCursorSchema, type ListChangesDeps, listCalendarChanges } from './change-feed/list-calendar-changes.ts';
import { readEventQuery } from './event-query.api.ts';
import type { eventRoutes } from './event-routes.api.ts';
import { findEventWithBots, listCalendarEvents } from './list-calendar-events.ts';

/** Calendar events (docs/api-compatibility.md#calendar-events). */
export function createCalendarEventOperations(
  deps: ListChangesDeps & { signingSecret: string },
): Operations<typeof eventRoutes> {
  const { table, signingSecret } = deps;
  return {
    listCalendarEvents: async (request) => {
      const query = readEventQuery(request.query);
      return answerList(
        request,
        { secret: signingSecret, query: JSON.stringify(['calendar_events', query]) },
        (cursor) => listCalendarEvents(table, request.projectId, { ...query, cursor }),
        showCalendarEvent,
      );
    },
    listCalendarChanges: async ({ projectId, query }) => {
      const calendarId = lastOf(query, 'calendar_id') ?? null;
      const scope = { secret: signingSecret, projectId, query: JSON.stringify(['calendar_changes', calendarId]) };
      const cursor = decodeCursor(scope, changeCursorSchema, lastOf(query, 'cursor') ?? '');
      const { changes, next, hasMore } = await listCalendarChanges(deps, projectId, { calendarId, cursor });
      return {
        status: 200,
        body: { results: changes.map(showCalendarChange), next_cursor: encodeCursor(scope, next), has_more: hasMore },
      };
    },
    getCalendarEvent: async ({ projectId, params }) => {
      const event = await findEventWithBots(table, projectId, params.id ?? '');
      if (!event) throw new AppError('not_found', 'Calendar event not found');
      return { status: 200, body: showCalendarEvent(event) };
    },
  };
}
