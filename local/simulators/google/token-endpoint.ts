import { randomBytes } from 'node:crypto';
import type { OAuthClient } from '../oauth-clients.ts';
import { unsignedIdToken } from '../unsigned-id-token.ts';
import { idClaims } from './authorization-endpoint.ts';
import { calendarError, GoogleError } from './google-error.ts';
import { acceptAssertion } from './organizations.ts';
import type { GoogleAccount, SimulatorState } from './simulator-state.ts';

const TOKEN_LIFETIME_S = 3599;

/** Any one of these scopes lets a client read events. */
const EVENT_SCOPES = ['calendar', 'calendar.readonly', 'calendar.events', 'calendar.events.readonly'];
const LIST_SCOPES = ['calendar', 'calendar.readonly', 'calendar.calendarlist', 'calendar.calendarlist.readonly'];

function refuse(status: number, error: string, description: string): never {
  throw new GoogleError(status, { error, error_description: description });
}

function findClient(state: SimulatorState, form: URLSearchParams): OAuthClient {
  const client = state.clients.find(form.get('client_id'));
  if (client === undefined) return refuse(401, 'invalid_client', 'The OAuth client was not found.');
  if (!client.secrets.includes(form.get('client_secret') ?? '')) refuse(401, 'invalid_client', 'Unauthorized');
  return client;
}

/** The account becomes one of the client, with the granted scopes and a new refresh token. */
function redeemCode(state: SimulatorState, client: OAuthClient, form: URLSearchParams) {
  const grant = state.codes.redeem(form.get('code') ?? '', form);
  if (grant === 'redirect_uri') return refuse(400, 'redirect_uri_mismatch', 'Bad Request');
  if (grant === 'verifier') return refuse(400, 'invalid_grant', 'Invalid code verifier.');
  const account = grant === 'unknown' ? undefined : state.accounts.get(grant.email);
  if (grant === 'unknown' || account === undefined) return refuse(400, 'invalid_grant', 'Malformed auth code.');
  Object.assign(account, {
    clientId: client.clientId,
    clientSecret: form.get('client_secret'),
    scopes: grant.scopes,
    refreshToken: `1//simulated-${randomBytes(32).toString('base64url')}`,
    revoked: false,
  });
  const idToken = unsignedIdToken(idClaims(account, grant.nonce, state.now()));
  return { account, more: { refresh_token: account.refreshToken, id_token: idToken } };
}

function findGrant(state: SimulatorState, client: OAuthClient, form: URLSearchParams): GoogleAccount {
  const accounts = [...state.accounts.values()];
  const grantType = form.get('grant_type');
  if (grantType !== 'refresh_token') return refuse(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  if (!form.get('refresh_token')) return refuse(400, 'invalid_request', 'Missing required parameter: refresh_token');
  const grant = accounts.find((account) => account.refreshToken === form.get('refresh_token'));
  if (grant === undefined) return refuse(400, 'invalid_grant', 'Bad Request');
  if (grant.clientId !== client.clientId) return refuse(401, 'unauthorized_client', 'Unauthorized');
  return grant;
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * `POST /token`: a refresh gives no new refresh token, an authorization code gives one, and an id token. Access tokens live
 * an hour. With an assertion of a service account: a token of the user whom it names.
 */
export function grantTokens(state: SimulatorState, contentType: string, body: string): Record<string, unknown> {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    refuse(400, 'invalid_request', 'The request body must be form-encoded.');
  }
  const form = new URLSearchParams(body);
  if (form.get('grant_type') === JWT_BEARER) {
    const { email, ...delegated } = acceptAssertion(state, form);
    const access = issueAccessToken(state, { email, delegated });
    return { access_token: access, expires_in: TOKEN_LIFETIME_S, token_type: 'Bearer' };
  }
  const client = findClient(state, form);
  const { account, more } =
    form.get('grant_type') === 'authorization_code'
      ? redeemCode(state, client, form)
      : { account: findGrant(state, client, form), more: {} };
  if (account.disabled) refuse(400, 'invalid_grant', 'Account has been deleted');
  if (account.revoked) refuse(400, 'invalid_grant', 'Token has been expired or revoked.');
  if (account.blockedByAdmin) {
    refuse(400, 'admin_policy_enforced', 'Access to your account data is restricted by policies of your organization.');
  }
  return {
    access_token: issueAccessToken(state, { email: account.email }),
    expires_in: TOKEN_LIFETIME_S,
    scope: account.scopes.join(' '),
    token_type: 'Bearer',
    ...more,
  };
}

function issueAccessToken(
  state: SimulatorState,
  grant: Omit<NonNullable<ReturnType<SimulatorState['accessTokens']['get']>>, 'expiresMs'>,
): string {
  const accessToken = `ya29.${randomBytes(48).toString('base64url')}`;
  const now = state.now();
  for (const [token, { expiresMs }] of state.accessTokens) {
    // Issued in the order of their ends.
    if (expiresMs > now) break;
    state.accessTokens.delete(token);
  }
  state.accessTokens.set(accessToken, { ...grant, expiresMs: now + TOKEN_LIFETIME_S * 1000 });
  return accessToken;
}

/** What a bearer token was issued for. */
export const tokenOf = (state: SimulatorState, authorization: string | undefined) =>
  state.accessTokens.get(/^Bearer (\S+)$/i.exec(authorization ?? '')?.[1] ?? '');

/** The account behind a bearer token, or undefined for a bad, expired or revoked one. */
export function identifyBearer(state: SimulatorState, authorization: string | undefined): GoogleAccount | undefined {
  const grant = tokenOf(state, authorization);
  if (grant === undefined || grant.expiresMs <= state.now()) return undefined;
  const account = state.accounts.get(grant.email);
  if (account === undefined || account.disabled) return undefined;
  if (!grant.delegated) return account.revoked ? undefined : account;
  // The same account, with the scopes of the token: the user has granted nothing, and can revoke nothing.
  return Object.assign(Object.create(account) as GoogleAccount, { scopes: grant.delegated.scopes });
}

/** Throws 401 authError without a live token and 403 when the user did not grant a fitting scope. */
export function requireAccess(account: GoogleAccount | undefined, forCalendarList: boolean): GoogleAccount {
  if (account === undefined) {
    const place = { location: 'Authorization', locationType: 'header' as const };
    throw calendarError(401, 'authError', 'Invalid Credentials', { ...place, status: 'UNAUTHENTICATED' });
  }
  const wanted = forCalendarList ? LIST_SCOPES : EVENT_SCOPES;
  const granted = new Set(account.scopes.map((scope) => scope.replace('https://www.googleapis.com/auth/', '')));
  if (wanted.some((scope) => granted.has(scope))) {
    if (account.hasCalendar) return account;
    throw calendarError(403, 'notACalendarUser', 'The user must be signed up for Google Calendar.');
  }
  throw calendarError(403, 'insufficientPermissions', 'Request had insufficient authentication scopes.', {
    status: 'PERMISSION_DENIED',
    details: [
      {
        '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
        reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT',
        domain: 'googleapis.com',
      },
    ],
  });
}
