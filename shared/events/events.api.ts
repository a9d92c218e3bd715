import type { Bot } from '../bots/bot.ts';
import type { FindContentPolicy } from '../content-policy/content-policy-store.ts';
import { limitShown } from '../content-policy/limit-event.ts';
import { lastOf } from '../http/api-request.ts';
import { decodeCursor, encodeCursor } from '../http/cursor.ts';
import { mostRows, readLimit } from '../http/limit-parameter.ts';
import { answerWrittenList } from '../http/list-answer.ts';
import type { Operations } from '../http/routes.ts';
import { AppError } from '../platform/app-error.ts';
import { sentBytes } from '../platform/sent-bytes.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import { showCalendarEvent } from './calendar-event.api.ts';
import { showCalendarChange } from './change-feed/calendar-change.api.ts';
import { changeCursorSchema, type ListChangesDeps, listCalendarChanges } from './change-feed/list-calendar-changes.ts';
import { type ExcludedKeys, readEventQuery, readExcluded } from './event-query.api.ts';
import type { eventRoutes } from './event-routes.api.ts';
import type { EventRow } from './event-row.ts';
import { readBotIds } from './event-store.ts';
import { joinBots } from './join-bots.api.ts';
import { findCalendarEvent, listCalendarEvents } from './list-calendar-events.ts';
import { showMeetingLinks } from './meeting-links.api.ts';

export interface EventOperationsDeps extends ListChangesDeps {
  /** Bots by their ids, without removed ones. */
  getBots: (ids: string[]) => Promise<Bot[]>;
  /** Hosts of the project whose every link is a meeting. */
  readMeetingHosts: (projectId: string) => Promise<readonly string[]>;
  findContentPolicy: FindContentPolicy;
  signingSecret: string;
  limiter: Pick<ProjectLimiter, 'use'>;
}

/** Calendar events (docs/api-compatibility.md#calendar-events) with their bots. */
export function createCalendarEventOperations(deps: EventOperationsDeps): Operations<typeof eventRoutes> {
  const { table, getBots, signingSecret } = deps;
  const complete = (rows: EventRow[]) => joinBots(getBots, rows);
  const writeWithout =
    (excluded: ExcludedKeys) =>
    async (rows: EventRow[]): Promise<string[]> => {
      const events = await complete(rows);
      return events.map((event) => JSON.stringify(showCalendarEvent(event, excluded)));
    };
  return {
    listCalendarEvents: async (request) => {
      const query = readEventQuery(request.query);
      const limit = readLimit(request.query, mostRows);
      const write = writeWithout(readExcluded(request.query));
      return answerWrittenList(
        request,
        { secret: signingSecret, query: JSON.stringify(['calendar_events', query]) },
        (cursor) =>
          listCalendarEvents({ table, complete: write, bytesOf: sentBytes }, request.projectId, {
            ...query,
            cursor,
            limit,
          }),
      );
    },
    listCalendarChanges: async ({ projectId, query }) => {
      const calendarId = lastOf(query, 'calendar_id') ?? null;
      const scope = { secret: signingSecret, projectId, query: JSON.stringify(['calendar_changes', calendarId]) };
      const limit = readLimit(query, mostRows);
      const excluded = readExcluded(query);
      const cursor = decodeCursor(scope, changeCursorSchema, lastOf(query, 'cursor') ?? '');
      await deps.limiter.use(projectId, 'feed_reads_per_minute');
      const { changes, next, hasMore } = await listCalendarChanges(deps, projectId, { calendarId, cursor, limit });
      const botIds = await readBotIds(
        table,
        projectId,
        changes.map(({ event }) => event),
      );
      const policy = await deps.findContentPolicy(projectId, null);
      const limited = changes.map((change) => ({ ...change, event: limitShown(change.event, policy) }));
      const rows = limited.map(({ event }) => ({ event, bot_ids: botIds.get(event.id) ?? [] }));
      const events = await joinBots(getBots, rows);
      const results = limited.map((change, index) => showCalendarChange(change, events[index]?.bots ?? [], excluded));
      return { status: 200, body: { results, next_cursor: encodeCursor(scope, next), has_more: hasMore } };
    },
    getCalendarEvent: async ({ projectId, params, query }) => {
      const row = await findCalendarEvent(table, projectId, params.id ?? '');
      const [event] = row ? await complete([row]) : [];
      if (!event) throw absent();
      return { status: 200, body: showCalendarEvent(event, readExcluded(query)) };
    },
    listMeetingLinks: async ({ projectId, params }) => {
      const row = await findCalendarEvent(table, projectId, params.id ?? '');
      if (!row) throw absent();
      return { status: 200, body: showMeetingLinks(row.event, await deps.readMeetingHosts(projectId)) };
    },
  };
}

const absent = (): AppError => new AppError('not_found', 'Calendar event not found');
