import type { Calendar } from '../calendars/calendar.ts';
import { calendarKey, readCalendar } from '../calendars/calendar-row.ts';
import { isId } from '../platform/ids.ts';
import { getAllRows } from '../store/batch-get.ts';
import type { Table } from '../store/table.ts';
import type { ConnectSession } from './connect-session.ts';
import type { Loss } from './reconnect-link.ts';

/** The calendar whose connection was lost then, and is lost still. @returns null when it is deleted or connected again */
export async function findLostCalendar(
  table: Table,
  { calendarId, at }: Loss,
): Promise<{ calendar: Calendar; appId: ConnectSession['oauth_app_id'] } | null> {
  const [row] = await getAllRows(table, [calendarKey(calendarId)]);
  if (!row) return null;
  const calendar = readCalendar(row);
  const failure = calendar.connection_failure_data;
  const appId = failure?.oauth_app_id;
  if (calendar.deleted_at || failure?.timestamp !== at || appId === undefined || !isId('oapp', appId)) return null;
  return { calendar, appId };
}
