import type { WireAnswer } from '../answer-with-fault.ts';
import { renderConsent, renderNotice, withParameters } from '../consent-page.ts';
import type { GoogleAccount, SimulatorState } from './simulator-state.ts';

/** Sent with each answer, so that a client notices an answer of another provider (RFC 9207). */
const GOOGLE_ISSUER = 'https://accounts.google.com';

const EMAIL_SCOPE = 'https://www.googleapis.com/auth/userinfo.email';
/** Scopes of the sign-in, by the names under which they are granted. */
const SIGN_IN_SCOPES: Record<string, string> = { openid: 'openid', email: EMAIL_SCOPE, [EMAIL_SCOPE]: EMAIL_SCOPE };

const refuse = (code: string, text: string, status = 400): WireAnswer => ({
  status,
  html: renderNotice(`Error ${status}: ${code}`, text),
});

/** What Google shows on its page, because it would not send a user back for it. */
function findFault(state: SimulatorState, request: URLSearchParams): WireAnswer | undefined {
  const client = state.clients.find(request.get('client_id'));
  if (client === undefined) return refuse('invalid_client', 'The OAuth client was not found.', 401);
  const redirectUri = request.get('redirect_uri') ?? '';
  if (!URL.canParse(redirectUri) || (client.redirectUris !== null && !client.redirectUris.includes(redirectUri))) {
    return refuse('redirect_uri_mismatch', 'The redirect URI in the request does not match a registered one.');
  }
  if (request.get('response_type') !== 'code') return refuse('invalid_request', 'Invalid response_type.');
  if (!request.get('scope')) return refuse('invalid_request', 'Missing required parameter: scope');
  const method = request.get('code_challenge_method');
  if (request.has('code_challenge') !== (method !== null) || (method !== null && method !== 'S256')) {
    return refuse('invalid_request', 'Only the code_challenge_method S256 is accepted here.');
  }
  return undefined;
}

/** `GET` shows the consent page, its form is answered by `POST`: to the same path, `/o/oauth2/v2/auth`. */
export function answerAuthorization(
  state: SimulatorState,
  method: string,
  query: URLSearchParams,
  body: string,
): WireAnswer {
  const request = new URLSearchParams(method === 'POST' ? body : query);
  const fault = findFault(state, request);
  if (fault) return fault;
  if (method === 'POST') return decide(state, request);
  const all = [...state.accounts.values()];
  const accounts = all.map(({ email }) => email);
  const scopes = (request.get('scope') ?? '').split(' ').filter((scope) => SIGN_IN_SCOPES[scope] === undefined);
  const hint = request.get('login_hint');
  const chosen = all.find(({ email, sub }) => [email, sub].includes(hint ?? ''))?.email ?? accounts[0];
  const client = request.get('client_id') ?? '';
  return { status: 200, html: renderConsent({ provider: 'Google', client, request, accounts, chosen, scopes }) };
}

function decide(state: SimulatorState, request: URLSearchParams): WireAnswer {
  const redirectUri = request.get('redirect_uri') ?? '';
  const answer = (parameters: Record<string, string>): WireAnswer => ({
    status: 302,
    headers: {
      location: withParameters(redirectUri, { state: request.get('state'), iss: GOOGLE_ISSUER, ...parameters }),
    },
  });
  if (request.get('decision') !== 'allow') return answer({ error: 'access_denied' });
  const account = state.accounts.get(request.get('account') ?? '');
  if (account === undefined) return refuse('invalid_request', 'No such account.');
  if (account.blockedByAdmin) {
    return refuse(
      'admin_policy_enforced',
      'Access to your account data is restricted by policies of your organization.',
    );
  }
  const signIn = (request.get('scope') ?? '').split(' ').flatMap((scope) => SIGN_IN_SCOPES[scope] ?? []);
  const scopes = [...new Set([...signIn, ...request.getAll('granted')])];
  const code = state.codes.issue({
    email: account.email,
    clientId: request.get('client_id') ?? '',
    redirectUri,
    scopes,
    nonce: request.get('nonce'),
    challenge: request.get('code_challenge'),
  });
  return answer({ code, scope: scopes.join(' '), authuser: '0', prompt: request.get('prompt') ?? 'none' });
}

/** What the id token says of an account, and of the sign-in. */
export const idClaims = (account: GoogleAccount, nonce: string | null, nowMs: number): object => ({
  iss: GOOGLE_ISSUER,
  azp: account.clientId,
  aud: account.clientId,
  sub: account.sub,
  email: account.email,
  email_verified: true,
  iat: Math.floor(nowMs / 1000),
  exp: Math.floor(nowMs / 1000) + 3599,
  ...(nonce !== null && { nonce }),
});
