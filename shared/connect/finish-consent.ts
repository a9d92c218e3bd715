import { credentialsContext } from '../accounts/credentials-context.ts';
import { noteAppAccepted, noteAppRefused } from '../oauth-apps/oauth-app-store.ts';
import type { ConsentSecrets } from '../providers/consent/ask-consent.ts';
import { type ConsentGrant, type ConsentOutcome, redeemCode } from '../providers/consent/redeem-code.ts';
import { completeConsent } from './complete-consent.ts';
import type { ConnectPageDeps, Cookies, OpenSession, Step } from './connect-deps.ts';
import { isSecret, readNamedSecret, sessionContext } from './connect-session.ts';
import { takeAttempt } from './connect-session-store.ts';
import { failConsent } from './fail-consent.ts';
import { endWith, findByBrowser, isOpen, unknownLink } from './find-open-session.ts';
import { maskAddress } from './mask-address.ts';
import { isOwner } from './prove-account.ts';
import { redirectUriOf } from './start-consent.ts';

/** The provider sends the user back. An answer is used once, by the browser that asked, for the session that asked. */
export async function finishConsent(deps: ConnectPageDeps, callback: URLSearchParams, cookies: Cookies): Promise<Step> {
  const state = callback.get('state') ?? '';
  const named = readNamedSecret(state);
  if (!named) return unknownLink();
  const found = await findByBrowser(deps, named.sessionId, cookies);
  if (!isOpen(found)) return found;
  const { session, settings } = found;
  const isAwaited = isSecret(state, session.attempt?.state_hash) && (await takeAttempt(deps.table, session));
  if (!isAwaited) return endWith('sign_in_over', session, settings);
  const outcome = await redeem(deps, found, { callback, state });
  if ('failure' in outcome) return failConsent(deps, found, outcome.failure);
  return goOn(deps, found, outcome.granted);
}

async function redeem(
  { table, envelope, clock, consents, publicUrl }: ConnectPageDeps,
  { session, app }: OpenSession,
  answer: { callback: URLSearchParams; state: string },
): Promise<ConsentOutcome> {
  const sealed = session.attempt?.sealed ?? 'v1.';
  const secrets = JSON.parse(await envelope.open(sessionContext(session), sealed)) as ConsentSecrets;
  const clientSecrets = await Promise.all(
    app.client_secrets.map((secret) => envelope.open(credentialsContext(app), secret)),
  );
  const outcome = await redeemCode(consents[app.platform](app.tenant), {
    ...secrets,
    ...answer,
    clientId: app.client_id,
    clientSecrets,
    redirectUri: redirectUriOf(publicUrl),
  });
  const isRefused = 'failure' in outcome && outcome.failure === 'client_refused';
  // An error in the callback proves nothing: anyone may write it there.
  if (isRefused && answer.callback.has('code')) await noteAppRefused(table, app, clock.stamp());
  if ('granted' in outcome && app.refused_since !== null) await noteAppAccepted(table, app);
  return outcome;
}

/** Most consents need no list of calendars. */
const loadChoice = () => import('./choose-calendars.ts');

async function goOn(deps: ConnectPageDeps, open: OpenSession, granted: ConsentGrant): Promise<Step> {
  const { session, expected } = open;
  if (expected !== null) {
    const { provider_account_id: id, account_email: address } = expected;
    const listed = id === null ? await (await loadChoice()).listCalendars(deps, open, granted) : { calendars: [] };
    if (!('calendars' in listed)) return listed;
    const isSame = id === null ? isOwner(expected, listed.calendars) : id === granted.account.id;
    if (isSame) return completeConsent(deps, open, { granted, chosen: null });
    const given = granted.account.email;
    const unnamed = id === null ? 'an account that is not known here' : 'another account';
    const owner = address === null ? unnamed : maskAddress(address);
    const about = `The calendar belongs to ${owner}${given === null ? '' : `, and you signed in as ${given}`}.`;
    return failConsent(deps, open, 'wrong_account', { about });
  }
  return session.selection === 'primary'
    ? completeConsent(deps, open, { granted, chosen: null })
    : (await loadChoice()).chooseLater(deps, open, granted);
}
