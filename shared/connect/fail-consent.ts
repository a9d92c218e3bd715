import type { CalendarId } from '../platform/ids.ts';
import type { ConnectPageDeps, OpenSession, Step } from './connect-deps.ts';
import type { ConnectError } from './connect-session.ts';
import { failSession } from './connect-session-store.ts';
import { backOf } from './find-open-session.ts';
import { failurePage } from './page/connect-pages.ts';

/**
 * Notes why there is no access, and shows the way on. The same browser may try again.
 *
 * @param more `calendarIds`: what the session has connected nevertheless
 */
export async function failConsent(
  { table, logger }: Pick<ConnectPageDeps, 'table' | 'logger'>,
  { session, app, settings }: OpenSession,
  error: ConnectError,
  { about = '', calendarIds = session.calendar_ids }: { about?: string; calendarIds?: CalendarId[] } = {},
): Promise<Step> {
  await failSession(table, session, {
    status: error === 'access_denied' ? 'denied' : 'failed',
    error,
    calendar_ids: calendarIds,
  });
  logger.info('connect session failed', { connect_session_id: session.id, code: error });
  const back = backOf(session, settings);
  const way = { error, start: { session: session.id }, back, about, connected: calendarIds.length };
  return { page: failurePage({ settings, platform: app.platform, clientId: app.client_id }, way) };
}
