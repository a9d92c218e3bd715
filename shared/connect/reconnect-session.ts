import type { Calendar } from '../calendars/calendar.ts';
import { connectTimingMs } from '../platform/account-timing.ts';
import { derivedId } from '../platform/ids.ts';
import { millisOf, timestampOf } from '../platform/timestamp.ts';
import { type ConnectSession, hashSecret } from './connect-session.ts';
import type { Loss } from './reconnect-link.ts';

/** Id of the session of a loss: the same whenever its link is opened, so that it works once. */
export const reconnectSessionId = ({ calendarId, at }: Loss): ConnectSession['id'] =>
  derivedId('cses', `${calendarId}\0${at}`);

/** The session of the link of a loss. */
export function reconnectSession(
  calendar: Pick<Calendar, 'id' | 'project_id'>,
  { loss, appId, token }: { loss: Loss; appId: ConnectSession['oauth_app_id']; token: string },
): ConnectSession {
  const ends = millisOf(loss.at) + connectTimingMs.reconnectLink;
  return {
    id: reconnectSessionId(loss),
    project_id: calendar.project_id,
    oauth_app_id: appId,
    redirect_url: null,
    calendar_id: calendar.id,
    deduplication_key: null,
    metadata: null,
    selection: 'primary',
    link_hash: hashSecret(token),
    status: 'open',
    error: null,
    calendar_ids: [],
    created_at: loss.at,
    ends_at: timestampOf(ends),
    expires_at: Math.floor((ends + connectTimingMs.sessionRetention) / 1000),
  };
}
