import { findOAuthApp } from '../oauth-apps/oauth-app-store.ts';
import { isSignature } from '../platform/signing.ts';
import type { ConnectPageDeps, Cookies, OpenSession, Step } from './connect-deps.ts';
import { type ConnectSession, isEnded, isSecret, readNamedSecret } from './connect-session.ts';
import { insertConnectSession, loadConnectSession } from './connect-session-store.ts';
import { type ConnectSettings, withSessionId } from './connect-settings.ts';
import { readConnectSettings } from './connect-settings-store.ts';
import { findLostCalendar } from './lost-calendar-store.ts';
import { endPage } from './page/connect-pages.ts';
import { isReconnectable, readReconnectToken } from './reconnect-link.ts';
import { reconnectSession, reconnectSessionId } from './reconnect-session.ts';

/** A session that the browser may go on with, or the page that says why it may not. */
export type Found = OpenSession | Step;

export const isOpen = (found: Found): found is OpenSession => 'session' in found;

type FindDeps = Pick<ConnectPageDeps, 'table' | 'clock' | 'signingSecret'>;

/** The page for whatever is no link. It is the same for a link that never was, and for one with another secret. */
export const unknownLink = (): Step => ({
  page: endPage(null, {
    status: 404,
    title: 'This link does not work',
    text: 'It is incomplete, or no longer known. Ask for a new one where you got it.',
  }),
});

/** The session of a link. The link of a lost connection gets its session here. */
export async function findByLink(deps: FindDeps, token: string, cookies: Cookies): Promise<Found> {
  const named = readNamedSecret(token);
  const session = named ? await loadConnectSession(deps.table, named.sessionId) : await findByLoss(deps, token);
  if (!session || !isSecret(named?.secret ?? token, session.link_hash)) return unknownLink();
  const settings = await readConnectSettings(deps.table, session.project_id);
  const isTaken = session.browser_hash !== undefined && !isOfBrowser(session, cookies);
  if (isTaken && session.status !== 'completed') {
    return endWith(session, settings, {
      status: 409,
      title: 'This link was used already',
      text: 'It works once, in the browser that opened it first. Go on there, or ask for a new link.',
    });
  }
  return admit(deps, session, settings);
}

async function findByLoss({ table, clock, signingSecret }: FindDeps, token: string): Promise<ConnectSession | null> {
  const read = readReconnectToken(token);
  if (!read) return null;
  const { loss, signature } = read;
  if (!isSignature(signature, signingSecret, 'reconnect-link', `${loss.calendarId}\0${loss.at}`)) return null;
  const known = await loadConnectSession(table, reconnectSessionId(loss));
  if (known) return known;
  const lost = isReconnectable(loss.at, clock.now()) ? await findLostCalendar(table, loss) : null;
  if (!lost) return null;
  const session = reconnectSession(lost.calendar, { loss, appId: lost.appId, token });
  await insertConnectSession(table, session);
  return loadConnectSession(table, session.id);
}

/** The session that the browser has begun: its cookie proves it. */
export async function findByBrowser(deps: FindDeps, sessionId: string, cookies: Cookies): Promise<Found> {
  const session = await loadConnectSession(deps.table, sessionId);
  if (!session) return unknownLink();
  if (!isOfBrowser(session, cookies)) {
    return {
      page: endPage(null, {
        status: 403,
        title: 'This is another browser',
        text: 'The sign-in did not begin in this browser, or cookies are blocked. Open your link again, and allow cookies.',
      }),
    };
  }
  return admit(deps, session, await readConnectSettings(deps.table, session.project_id));
}

const isOfBrowser = (session: ConnectSession, cookies: Cookies): boolean =>
  isSecret(cookies(session.id) ?? '', session.browser_hash);

/** Where the user returns to. */
export const backOf = ({ redirect_url: url, id }: ConnectSession): string | null => url && withSessionId(url, id);

const endWith = (
  session: ConnectSession,
  settings: ConnectSettings,
  text: { status: number; title: string; text: string },
): Step => ({ page: endPage(settings, { ...text, back: backOf(session) }) });

/** @returns the session if it is still open */
async function admit({ table, clock }: FindDeps, session: ConnectSession, settings: ConnectSettings): Promise<Found> {
  if (session.status === 'completed') {
    return endWith(session, settings, {
      status: 409,
      title: 'This link was used already',
      text: 'The calendar is connected. There is nothing left to do.',
    });
  }
  if (isEnded(session, clock.now())) {
    return endWith(session, settings, {
      status: 410,
      title: 'This link has expired',
      text: 'Ask for a new one where you got it.',
    });
  }
  const app = await findOAuthApp(table, session.project_id, session.oauth_app_id);
  return app ? { session, app, settings } : unknownLink();
}
