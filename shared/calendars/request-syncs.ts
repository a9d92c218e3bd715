import type { Table } from '../store/table.ts';
import { requestSync, type SyncRequestDeps } from './calendar-deps.ts';
import { listCalendarRows, readCalendars } from './calendar-look-up-store.ts';

/** So many calendars are synced at once. All others have their next run within a day. */
const syncedAtOnce = 100;

/** Asks for a sync of the calendars of a project, the newest first, after a setting has changed that counts for their events. */
export async function requestSyncs(deps: SyncRequestDeps & { table: Table }, projectId: string): Promise<void> {
  const { rows } = await listCalendarRows(deps.table, projectId, { from: null, ascending: false, limit: syncedAtOnce });
  const ids = rows.map(({ PK }) => PK.slice('CALENDAR#'.length));
  const calendars = await readCalendars(deps.table, projectId, ids);
  // A failed request is logged: the calendar's timer is the next chance.
  await Promise.all([...calendars.values()].map((calendar) => requestSync(deps, calendar, 'manual')));
}
