import { type CalendarDeps, requestSync } from '../calendars/calendar-deps.ts';
import { listCalendarRows, readCalendars } from '../calendars/calendar-look-up-store.ts';
import { type ContentPolicy, policyVersion } from './content-policy.ts';
import { putContentPolicy, readContentPolicy } from './content-policy-store.ts';

/** So many calendars are synced at once after a change. All others are listed again in their next run, within a day. */
const syncedAtOnce = 100;

/** Replaces the content policy of a project. The calendars are listed again with another one, in their own runs. */
export async function applyContentPolicy(deps: CalendarDeps, projectId: string, policy: ContentPolicy): Promise<void> {
  const before = await readContentPolicy(deps.table, projectId);
  await putContentPolicy(deps.table, projectId, policy);
  if (policyVersion(before) === policyVersion(policy)) return;
  const { rows } = await listCalendarRows(deps.table, projectId, { from: null, ascending: false, limit: syncedAtOnce });
  const calendars = await readCalendars(
    deps.table,
    projectId,
    rows.map(({ PK }) => PK.slice('CALENDAR#'.length)),
  );
  // A failed request is logged: the calendar's timer is the next chance.
  await Promise.all([...calendars.values()].map((calendar) => requestSync(deps, calendar, 'manual')));
}
