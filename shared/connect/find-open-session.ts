import { findOAuthApp } from '../oauth-apps/oauth-app-store.ts';
import { isSignature } from '../platform/signing.ts';
import type { ConnectPageDeps, Cookies, OpenSession, Step } from './connect-deps.ts';
import { type ConnectSession, isEnded, isSecret, readNamedSecret } from './connect-session.ts';
import { insertConnectSession, loadConnectSession } from './connect-session-store.ts';
import { type ConnectSettings, withSessionId } from './connect-settings.ts';
import { readConnectSettings } from './connect-settings-store.ts';
import { findLostCalendar } from './lost-calendar-store.ts';
import { endPage } from './page/connect-pages.ts';
import type { EndReason } from './page/end-texts.ts';
import { isReconnectable, readReconnectToken } from './reconnect-link.ts';
import { reconnectSession, reconnectSessionId } from './reconnect-session.ts';

/** A session that the browser may go on with, or the page that says why it may not. */
export type Found = OpenSession | Step;

export const isOpen = (found: Found): found is OpenSession => 'session' in found;

type FindDeps = Pick<ConnectPageDeps, 'table' | 'clock' | 'signingSecret' | 'expectedAccount'>;

/** The page for whatever is no link. It is the same for a link that never was, and for one with another secret. */
export const unknownLink = (): Step => ({ page: endPage(null, 'unknown_link') });

/** The session of a link. The link of a lost connection gets its session here. */
export async function findByLink(deps: FindDeps, token: string, cookies: Cookies): Promise<Found> {
  const named = readNamedSecret(token);
  const session = named ? await loadConnectSession(deps.table, named.sessionId) : await findByLoss(deps, token);
  if (typeof session === 'string') return { page: endPage(null, session) };
  if (!session || !isSecret(named?.secret ?? token, session.link_hash)) return unknownLink();
  const settings = await readConnectSettings(deps.table, session.project_id);
  const isTaken = session.browser_hash !== undefined && !isOfBrowser(session, cookies);
  if (isTaken && session.status !== 'completed') return endWith('link_taken', session, settings);
  return admit(deps, session, settings);
}

/** @returns why a link that was given to its user is of no use any more; null for any other text */
async function findByLoss(
  { table, clock, signingSecret }: FindDeps,
  token: string,
): Promise<ConnectSession | EndReason | null> {
  const read = readReconnectToken(token);
  if (!read) return null;
  const { loss, signature } = read;
  if (!isSignature(signature, signingSecret, 'reconnect-link', `${loss.calendarId}\0${loss.at}`)) return null;
  const known = await loadConnectSession(table, reconnectSessionId(loss));
  if (known) return known;
  if (!isReconnectable(loss.at, clock.now())) return 'link_expired';
  const lost = await findLostCalendar(table, loss);
  if (!lost) return 'link_needless';
  const session = reconnectSession(lost.calendar, { loss, appId: lost.appId, token });
  await insertConnectSession(table, session);
  return loadConnectSession(table, session.id);
}

/** The session that the browser has begun: its cookie proves it. */
export async function findByBrowser(deps: FindDeps, sessionId: string, cookies: Cookies): Promise<Found> {
  const session = await loadConnectSession(deps.table, sessionId);
  if (!session) return unknownLink();
  if (!isOfBrowser(session, cookies)) return { page: endPage(null, 'other_browser') };
  return admit(deps, session, await readConnectSettings(deps.table, session.project_id));
}

const isOfBrowser = (session: ConnectSession, cookies: Cookies): boolean =>
  isSecret(cookies(session.id) ?? '', session.browser_hash);

/** Where the user returns to. A URL that the project has removed from its settings since is used no more: the user stays. */
export const backOf = ({ redirect_url: url, id }: ConnectSession, settings: ConnectSettings): string | null =>
  url !== null && settings.redirect_urls.includes(url) ? withSessionId(url, id) : null;

/** The page that says why a session does not go on. */
export const endWith = (reason: EndReason, session: ConnectSession, settings: ConnectSettings): Step => ({
  page: endPage(settings, reason, { back: backOf(session, settings) }),
});

/** @returns the session if it is still open, and its app and calendar are not deleted */
async function admit(
  { table, clock, expectedAccount }: FindDeps,
  session: ConnectSession,
  settings: ConnectSettings,
): Promise<Found> {
  if (session.status === 'completed') return endWith('link_completed', session, settings);
  if (isEnded(session, clock.now())) return endWith('link_expired', session, settings);
  const [app, expected] = await Promise.all([
    findOAuthApp(table, session.project_id, session.oauth_app_id),
    expectedAccount(session),
  ]);
  const isLost = session.calendar_id !== null && expected === null;
  return app && !isLost ? { session, app, settings, expected } : unknownLink();
}
