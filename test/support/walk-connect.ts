import { expect } from 'vitest';
import { announceConnected } from '../../shared/connect/announce-connected-store.ts';
import { randomSecret } from '../../shared/connect/connect-session.ts';
import {
  beginAttempt,
  completeSession,
  failSession,
  findConnectSession,
  keepGrant,
  takeAttempt,
  takeGrant,
} from '../../shared/connect/connect-session-store.ts';
import { saveConnectSettings } from '../../shared/connect/connect-settings-store.ts';
import { createConnectSession } from '../../shared/connect/create-connect-session.ts';
import { findLostCalendar } from '../../shared/connect/lost-calendar-store.ts';
import { createOAuthApp } from '../../shared/oauth-apps/create-oauth-app.ts';
import {
  deleteOAuthApp,
  findOAuthApp,
  noteAppAccepted,
  noteAppRefused,
} from '../../shared/oauth-apps/oauth-app-store.ts';
import { updateOAuthApp } from '../../shared/oauth-apps/update-oauth-app.ts';
import { createClock } from '../../shared/platform/clock.ts';
import type { CalendarId, ProjectId } from '../../shared/platform/ids.ts';
import type { Table } from '../../shared/store/table.ts';

const clock = createClock();
const envelope = { seal: () => Promise.resolve('v1.sealed' as const) };

/** Everything that is done with OAuth apps. */
export async function walkOAuthApps(table: Table, projectId: ProjectId): Promise<void> {
  const deps = { table, clock, envelope };
  const app = await createOAuthApp(deps, projectId, { platform: 'google', client_id: 'id', client_secret: 'secret' });
  await updateOAuthApp(deps, app, { client_secret: 'other' });
  await noteAppRefused(table, app, clock.stamp());
  await noteAppAccepted(table, app);
  await deleteOAuthApp(table, (await findOAuthApp(table, projectId, app.id)) ?? expect.fail('not found'));
}

/** Everything that is done with connect sessions. @param calendarId one that is connected */
export async function walkConnect(table: Table, projectId: ProjectId, calendarId: CalendarId): Promise<void> {
  const redirect_url = 'https://app.example.com/';
  const app = { platform: 'google' as const, client_id: 'id', client_secret: 'secret' };
  const { id } = await createOAuthApp({ table, clock, envelope }, projectId, app);
  await saveConnectSettings(table, projectId, {
    redirect_urls: [redirect_url],
    name: null,
    logo_url: null,
    privacy_url: null,
  });
  const deps = { table, clock, publicUrl: 'https://kalends.example' };
  const { session } = await createConnectSession(deps, projectId, { oauth_app_id: id, redirect_url });
  const attempt = { state_hash: randomSecret(), sealed: 'v1.sealed' as const };
  const begun = await beginAttempt(table, session, { browser_hash: randomSecret(), attempt });
  expect(await takeAttempt(table, begun ?? session)).toBe(true);
  const waiting = await keepGrant(table, session, 'v1.sealed');
  expect(await takeGrant(table, waiting ?? session)).toBe(true);
  await failSession(table, session, { status: 'failed', error: 'missing_scope', calendar_ids: [] });
  await completeSession(table, session, [calendarId]);
  expect(await findConnectSession(table, projectId, session.id)).toMatchObject({ status: 'completed' });
  await announceConnected({ table, clock, bus: { publishAll: () => Promise.resolve([null]) } }, session, [calendarId]);
  await findLostCalendar(table, { calendarId, at: clock.stamp() });
}
