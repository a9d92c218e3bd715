import { applyContentPolicy } from '../content-policy/apply-content-policy.ts';
import { parseContentPolicy, showContentPolicy } from '../content-policy/content-policy.api.ts';
import { readContentPolicy } from '../content-policy/content-policy-store.ts';
import { readFreeBusyQuery, showFreeBusy } from '../free-busy/free-busy.api.ts';
import { type ApiRequest, lastOf } from '../http/api-request.ts';
import { readBoolean, readChoice } from '../http/choice-parameter.ts';
import { readLimit } from '../http/limit-parameter.ts';
import { answerList } from '../http/list-answer.ts';
import { noFields, parseFields } from '../http/request-fields.ts';
import type { Operations } from '../http/routes.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import { showCalendarHealth } from '../sync/calendar-health.api.ts';
import { listCalendarSyncs } from '../sync/list-calendar-syncs.ts';
import { showCalendarSync } from '../sync/sync-log.api.ts';
import { createCalendarFields, showCalendar, updateCalendarFields } from './calendar.api.ts';
import { calendarStates, platforms } from './calendar.ts';
import { freeCalendarPlace, takeCalendarPlace } from './calendar-count-store.ts';
import { type CalendarDeps, requestSync } from './calendar-deps.ts';
import { findCalendarByKey } from './calendar-look-up-store.ts';
import type { calendarRoutes } from './calendar-routes.api.ts';
import { type CalendarWithSync, findCalendar } from './calendar-store.ts';
import { createCalendar, type NewCalendar } from './create-calendar.ts';
import { deleteCalendar } from './delete-calendar.ts';
import { listCalendars } from './list-calendars.ts';
import { updateCalendar } from './update-calendar.ts';
import type { Verification } from './verify-calendar.ts';

/** Calendars (docs/api-compatibility.md#calendars). */
export function createCalendarOperations(
  deps: CalendarDeps & {
    signingSecret: string;
    /** Where users reach the pages, without a trailing slash. */
    publicUrl: string;
    limiter: ProjectLimiter;
    verify(request: NewCalendar): Promise<Verification>;
  },
): Operations<typeof calendarRoutes> {
  const find = async ({ projectId, params }: ApiRequest): Promise<CalendarWithSync> => {
    const found = await findCalendar(deps.table, projectId, params.id ?? '');
    if (!found) throw absent();
    return found;
  };
  /** The calendar that holds the key may be deleted by now. */
  const refuseKey = async (projectId: string, key: string): Promise<AppError> => {
    const existingId = await findCalendarByKey(deps.table, projectId, key);
    return invalidFields({ deduplication_key: [keyTaken] }, existingId === null ? {} : { existingId });
  };
  const show = (found: CalendarWithSync) => showCalendar(found, deps.clock.now(), deps);

  return {
    createCalendar: async (request) => {
      const fields = parseFields(createCalendarFields, request.body());
      const verified = readBoolean(request.query, 'verify') === true ? await deps.verify(fields) : null;
      if (verified?.faults) throw invalidFields(verified.faults);
      const limit = await deps.limiter.limitOf(request.projectId, 'calendars');
      if (!(await takeCalendarPlace(deps.table, request.projectId, limit, deps.clock.now()))) {
        throw deps.limiter.refuse(request.projectId, 'calendars');
      }
      const created = await createCalendar(deps, request.projectId, {
        ...fields,
        refresh_token: verified?.refreshToken ?? fields.refresh_token,
        posted_token: fields.refresh_token,
      });
      if (!created) await freeCalendarPlace(deps.table, request.projectId);
      if (!created) throw await refuseKey(request.projectId, fields.deduplication_key ?? '');
      return { status: 201, body: show(created) };
    },
    listCalendars: async (request) => {
      const filters = {
        deduplicationKey: lastOf(request.query, 'deduplication_key') ?? null,
        state: readChoice(request.query, 'state', calendarStates),
        platform: readChoice(request.query, 'platform', platforms),
        accountId: lastOf(request.query, 'account_id') ?? null,
        accountEmail: lastOf(request.query, 'account_email') ?? null,
      };
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['calendars', filters]) },
        (cursor) => listCalendars(deps.table, request.projectId, { ...filters, cursor, limit }),
        show,
      );
    },
    getCalendar: async (request) => ({ status: 200, body: show(await find(request)) }),
    updateCalendar: async (request) => {
      const { calendar, sync } = await find(request);
      const changes = parseFields(updateCalendarFields, request.body());
      // Another window costs a listing of the calendar.
      if (changes.sync_window !== undefined) await deps.limiter.use(request.projectId, 'window_changes_per_minute');
      const updated = await updateCalendar(deps, calendar, changes);
      if (!updated) throw absent();
      return { status: 200, body: show({ calendar: updated, sync }) };
    },
    listCalendarSyncs: async (request) => {
      const found = await find(request);
      const limit = readLimit(request.query, usualPage);
      return answerList(
        request,
        { secret: deps.signingSecret, query: JSON.stringify(['syncs', found.calendar.id]) },
        (cursor) => listCalendarSyncs(deps.table, found, cursor, limit),
        showCalendarSync,
      );
    },
    syncCalendar: async (request) => {
      const { calendar } = await find(request);
      parseFields(noFields, request.body());
      await deps.limiter.use(request.projectId, 'manual_syncs_per_minute');
      await requestSync(deps, calendar, 'manual');
      return { status: 202, body: { calendar_id: calendar.id, status: 'queued' } };
    },
    readFreeBusy: async ({ projectId, query }) => {
      const { choice, ...span } = readFreeBusyQuery(query);
      // Loaded here: few requests need the code that reads events.
      const { readFreeBusy } = await import('../free-busy/read-free-busy.ts');
      const found = await readFreeBusy(deps.table, projectId, choice, { ...span, now: deps.clock.now() });
      return { status: 200, body: showFreeBusy(found, span) };
    },
    getContentPolicy: async ({ projectId }) => ({
      status: 200,
      body: showContentPolicy(await readContentPolicy(deps.table, projectId)),
    }),
    putContentPolicy: async (request) => {
      const policy = parseContentPolicy(request.body());
      // Another policy costs a listing of each calendar.
      await deps.limiter.use(request.projectId, 'window_changes_per_minute');
      await applyContentPolicy(deps, request.projectId, policy);
      return { status: 200, body: showContentPolicy(policy) };
    },
    getCalendarHealth: async (request) => ({
      status: 200,
      body: showCalendarHealth(await find(request), deps.clock.now()),
    }),
    deleteCalendar: async (request) => {
      const { calendar } = await find(request);
      if (!(await deleteCalendar(deps, calendar))) throw absent();
      await freeCalendarPlace(deps.table, request.projectId);
      return { status: 200 };
    },
  };
}

/** Rows in a page of calendars or sync runs. */
const usualPage = 25;

const absent = (): AppError => new AppError('not_found', 'Calendar not found');
const keyTaken = 'A calendar with this deduplication key already exists in this project.';
