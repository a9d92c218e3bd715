import { consentUrl, createConsentSecrets } from '../providers/consent/ask-consent.ts';
import type { ConnectPageDeps, Cookies, OpenSession, Step } from './connect-deps.ts';
import { hashSecret, nameSecret, randomSecret, sessionContext } from './connect-session.ts';
import { beginAttempt } from './connect-session-store.ts';
import { backOf, endWith, findByBrowser, findByLink, isOpen } from './find-open-session.ts';
import { maskAddress } from './mask-address.ts';
import { askPage, goOnPage, providerNames } from './page/connect-pages.ts';

/** The page of a link. It changes nothing: programs that look at links in messages use up none. */
export async function openLink(deps: ConnectPageDeps, token: string, cookies: Cookies): Promise<Step> {
  const found = await findByLink(deps, token, cookies);
  if (!isOpen(found)) return found;
  const { session, app, settings, expected } = found;
  const isReconnect = session.calendar_id !== null;
  const address = expected?.account_email ?? null;
  const account = address === null ? null : maskAddress(address);
  return {
    page: askPage(
      { settings, platform: app.platform },
      { start: { token }, isReconnect, account, back: backOf(session, settings) },
    ),
  };
}

/** The user goes on: the browser takes the session, and is sent to the provider. */
export async function startConsent(deps: ConnectPageDeps, form: URLSearchParams, cookies: Cookies): Promise<Step> {
  const token = form.get('token');
  const found =
    token === null
      ? await findByBrowser(deps, form.get('session') ?? '', cookies)
      : await findByLink(deps, token, cookies);
  return isOpen(found) ? begin(deps, found, { cookies, isOther: form.has('another') }) : found;
}

/** @param isOther the user wants to sign in with another account */
async function begin(
  deps: ConnectPageDeps,
  { session, app, settings, expected }: OpenSession,
  { cookies, isOther }: { cookies: Cookies; isOther: boolean },
): Promise<Step> {
  const { table, envelope, consents, publicUrl } = deps;
  const browser = session.browser_hash === undefined ? randomSecret() : (cookies(session.id) ?? '');
  const state = nameSecret(session.id, randomSecret());
  const secrets = createConsentSecrets();
  const sealed = await envelope.seal(sessionContext(session), JSON.stringify(secrets));
  const attempt = { state_hash: hashSecret(state), sealed };
  if (!(await beginAttempt(table, session, { browser_hash: hashSecret(browser), attempt })))
    return endWith('link_taken', session, settings);
  const url = await consentUrl(consents[app.platform](app.tenant), {
    ...secrets,
    clientId: app.client_id,
    redirectUri: redirectUriOf(publicUrl),
    state,
    isReconnect: session.calendar_id !== null,
    accountId: expected?.provider_account_id ?? null,
    mustChoose: isOther || session.error === 'wrong_account' || session.error === 'no_calendar',
    readsShared:
      session.selection !== 'primary' || (expected?.calendars.some(({ mailbox }) => mailbox !== null) ?? false),
  });
  return {
    page: goOnPage(settings, url, providerNames[app.platform]),
    cookie: { sessionId: session.id, secret: browser, until: session.ends_at },
  };
}

/** The redirect URI that is registered for the OAuth app. */
export const redirectUriOf = (publicUrl: string): string => `${publicUrl}/connect/callback`;
