import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { findOAuthApp } from '../oauth-apps/oauth-app-store.ts';
import type { Table } from '../store/table.ts';
import { type ConnectSession, isEnded } from './connect-session.ts';

export type ShownStatus = ConnectSession['status'] | 'expired';

/**
 * What became of a session. One that was denied or failed stays so when its link ends: by its time, or because its OAuth app
 * or the calendar to reconnect is deleted. No request for a session that has a result, or whose time is over; otherwise two.
 *
 * @param now milliseconds since the epoch
 */
export async function readStatus(table: Table, session: ConnectSession, now: number): Promise<ShownStatus> {
  const { status, project_id: project, oauth_app_id: appId, calendar_id: calendarId } = session;
  if (status !== 'open') return status;
  if (isEnded(session, now)) return 'expired';
  const [app, isLost] = await Promise.all([
    findOAuthApp(table, project, appId),
    calendarId === null ? false : readCalendars(table, project, [calendarId]).then(({ size }) => size === 0),
  ]);
  return app && !isLost ? 'open' : 'expired';
}
