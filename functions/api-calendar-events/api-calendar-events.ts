import {
  changeCursorSchema,
  type ListChangesDeps,
  listCalendarChanges,
} from '../../shared/actions/list-calendar-changes.ts';
import { findEventWithBots, listCalendarEvents } from '../../shared/actions/list-calendar-events.ts';
import { lastOf } from '../../shared/http/api-request.ts';
import type { Operations } from '../../shared/http/create-api.ts';
import { decodeCursor, encodeCursor } from '../../shared/http/cursor.ts';
import { readEventQuery } from '../../shared/http/event-query.ts';
import { answerList } from '../../shared/http/list-answer.ts';
import { showCalendarChange } from '../../shared/http/schemas/calendar-change.ts';
import { showCalendarEvent } from '../../shared/http/schemas/calendar-event.ts';
import { AppError } from '../../shared/platform/app-error.ts';

/** Calendar events (contract A2). */
export function createCalendarEventOperations(deps: ListChangesDeps & { signingSecret: string }) {
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
      if (!event) throw new AppError('not_found', { error: 'Calendar event not found' });
      return { status: 200, body: showCalendarEvent(event) };
    },
  } satisfies Operations;
}
