import { listCalendarEvents } from '../../shared/actions/list-calendar-events.ts';
import { isId } from '../../shared/domain/identifiers.ts';
import type { Operations } from '../../shared/http/create-api.ts';
import { readEventQuery } from '../../shared/http/event-query.ts';
import { answerList } from '../../shared/http/list-answer.ts';
import { showCalendarEvent } from '../../shared/http/schemas/calendar-event.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import { findEvent } from '../../shared/store/event-store.ts';
import type { Table } from '../../shared/store/table.ts';

/** Calendar events (contract A2). */
export function createCalendarEventOperations({ table, signingSecret }: { table: Table; signingSecret: string }) {
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
    getCalendarEvent: async ({ projectId, params }) => {
      const id = params.id ?? '';
      const event = isId('evt', id) ? await findEvent(table, projectId, id) : null;
      if (!event) throw new AppError('not_found', { error: 'Calendar event not found' });
      return { status: 200, body: showCalendarEvent(event) };
    },
  } satisfies Operations;
}
