import { findCalendar } from '../calendars/calendar-store.ts';
import { findOAuthApp } from '../oauth-apps/oauth-app-store.ts';
import { connectTimingMs } from '../platform/account-timing.ts';
import { invalidFields } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import { type ProjectId, randomId } from '../platform/ids.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import { type ConnectSession, hashSecret, nameSecret, randomSecret } from './connect-session.ts';
import { insertConnectSession } from './connect-session-store.ts';
import { readConnectSettings } from './connect-settings-store.ts';

export interface ConnectSessionDeps {
  table: Table;
  clock: Clock;
  /** Where users reach the page, without a trailing slash. */
  publicUrl: string;
}

export interface NewConnectSession {
  oauth_app_id: string;
  /** Absent: the user stays on the page at the end. */
  redirect_url?: string | undefined;
  calendar_id?: string | undefined;
  deduplication_key?: string | undefined;
  metadata?: Record<string, string> | undefined;
  selection?: ConnectSession['selection'] | undefined;
  /** Seconds. */
  expires_in?: number | undefined;
}

/**
 * Creates a session and its link. The link is in this answer only: what is stored is a hash of its secret.
 *
 * @throws AppError 400 with the fields that do not fit the project
 */
export async function createConnectSession(
  { table, clock, publicUrl }: ConnectSessionDeps,
  projectId: ProjectId,
  request: NewConnectSession,
): Promise<{ session: ConnectSession; url: string }> {
  const [app, settings, found] = await Promise.all([
    findOAuthApp(table, projectId, request.oauth_app_id),
    readConnectSettings(table, projectId),
    request.calendar_id === undefined ? null : findCalendar(table, projectId, request.calendar_id),
  ]);
  const calendar = found?.calendar;
  const redirectUrl = request.redirect_url ?? null;
  const fits = calendar && app && calendar.platform === app.platform && calendar.client_id === app.client_id;
  const faults = {
    ...(!app && { oauth_app_id: ['OAuth app not found'] }),
    ...(redirectUrl !== null &&
      !settings.redirect_urls.includes(redirectUrl) && {
        redirect_url: ['This URL is not among the redirect_urls of the connect settings.'],
      }),
    ...(request.calendar_id !== undefined && !calendar && { calendar_id: ['Calendar not found'] }),
    ...(calendar && app && !fits && { calendar_id: ['The calendar was connected with another OAuth client.'] }),
  };
  if (!app || Object.keys(faults).length > 0) throw invalidFields(faults);
  const now = clock.now();
  const secret = randomSecret();
  const ends = now + (request.expires_in === undefined ? connectTimingMs.usualLink : request.expires_in * 1000);
  const session: ConnectSession = {
    id: randomId('cses'),
    project_id: projectId,
    oauth_app_id: app.id,
    redirect_url: redirectUrl,
    calendar_id: calendar?.id ?? null,
    deduplication_key: request.deduplication_key ?? null,
    metadata: request.metadata ?? null,
    selection: request.selection ?? 'primary',
    link_hash: hashSecret(secret),
    status: 'open',
    error: null,
    calendar_ids: [],
    created_at: clock.stamp(),
    ends_at: timestampOf(ends),
    expires_at: Math.floor((ends + connectTimingMs.sessionRetention) / 1000),
  };
  if (!(await insertConnectSession(table, session))) throw new Error(`${session.id} exists already`);
  return { session, url: `${publicUrl}/connect/open/${nameSecret(session.id, secret)}` };
}
