import { randomBytes, randomUUID } from 'node:crypto';
import { type AadstsCode, aadstsAnswer, tokenError } from './aadsts-table.ts';
import { issueApplicationToken } from './applications.ts';
import { GraphError } from './graph-error.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** Tenant of all personal accounts. */
export const CONSUMERS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const INACTIVITY_MS = 90 * 86_400_000;
/** Scopes about the sign-in itself, which need no consent of their own. */
const SIGN_IN_SCOPES = new Set(['openid', 'profile', 'email', 'offline_access']);

function refuse(code: AadstsCode): never {
  const { status, body } = aadstsAnswer(code);
  throw new GraphError(status, body);
}

function refuseWith(status: number, error: string, code: number, text: string): never {
  throw new GraphError(status, tokenError(status, error, code, text).body);
}

/** Makes a new refresh token. */
export function issueRefreshToken(state: SimulatorState, account: MicrosoftAccount): void {
  const token = `1.AXEA${randomBytes(96).toString('base64url')}`;
  account.refreshToken = token;
  state.refreshTokens.set(token, { email: account.email, issuedMs: state.now(), supersededMs: undefined });
}

function checkTenant(state: SimulatorState, tenant: string, account: MicrosoftAccount): void {
  const isPersonal = account.tenantId === CONSUMERS_TENANT;
  if (tenant === 'common' || tenant === account.tenantId) return;
  if (tenant === (isPersonal ? 'consumers' : 'organizations')) return;
  const known = ['organizations', 'consumers', ...[...state.accounts.values()].map((one) => one.tenantId)];
  refuse(known.includes(tenant) ? 50020 : 90002);
}

function findGrant(state: SimulatorState, tenant: string, form: URLSearchParams): MicrosoftAccount {
  const grantType = form.get('grant_type');
  if (!grantType) refuseWith(400, 'invalid_request', 900144, "The request body must contain: 'grant_type'.");
  if (grantType !== 'refresh_token') {
    refuseWith(400, 'unsupported_grant_type', 70003, `The grant type '${grantType}' is not supported.`);
  }
  const accounts = [...state.accounts.values()];
  const client = accounts.find((account) => account.clientId === form.get('client_id'));
  if (client === undefined) return refuse(700016);
  if (!form.has('client_secret')) return refuse(7000218);
  if (client.clientSecret !== form.get('client_secret')) return refuse(7000215);
  const text = form.get('refresh_token');
  if (!text) return refuseWith(400, 'invalid_request', 900144, "The request body must contain: 'refresh_token'.");
  const token = state.refreshTokens.get(text);
  const account = state.accounts.get(token?.email ?? '');
  if (token === undefined || account === undefined || account.clientId !== client.clientId) return refuse(70000);
  checkTenant(state, tenant, account);
  const now = state.now();
  if (token.supersededMs !== undefined && now > token.supersededMs + state.switches.refreshTokenGraceMs) refuse(70008);
  if (now > token.issuedMs + INACTIVITY_MS) refuse(700082);
  if (account.revoked) refuse(50173);
  if (account.disabled) refuse(50057);
  if (account.blockedByAdmin) refuse(53003);
  token.supersededMs ??= now;
  return account;
}

/** Scopes as asked for, without Graph's prefix; without any, all of the grant. Throws AADSTS65001 for one without consent. */
function readScopes(account: MicrosoftAccount, form: URLSearchParams): Set<string> {
  if (!form.has('scope')) return new Set([...SIGN_IN_SCOPES, ...account.scopes.map((scope) => scope.toLowerCase())]);
  const asked = (form.get('scope') ?? '').split(' ').filter((scope) => scope !== '');
  const scopes = asked.map((scope) => scope.replace(/^https:\/\/graph\.microsoft\.com\//i, '').toLowerCase());
  const granted = new Set(account.scopes.map((scope) => scope.toLowerCase()));
  if (scopes.some((scope) => scope !== '.default' && !SIGN_IN_SCOPES.has(scope) && !granted.has(scope))) refuse(65001);
  return new Set(scopes);
}

function encode(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url');
}

function idToken(account: MicrosoftAccount, now: number): string {
  const seconds = Math.floor(now / 1000);
  const claims = {
    aud: account.clientId,
    iss: `https://login.microsoftonline.com/${account.tenantId}/v2.0`,
    iat: seconds,
    nbf: seconds,
    exp: seconds + 3600,
    name: account.displayName,
    oid: account.oid,
    preferred_username: account.email,
    sub: encode({ oid: account.oid }),
    tid: account.tenantId,
    uti: randomUUID(),
    ver: '2.0',
  };
  return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.`;
}

/**
 * `POST /{tenant}/oauth2/v2.0/token` with grant_type=refresh_token or client_credentials. Each refresh answers a new refresh token; the
 * old one works on for the grace period of the switch. Access tokens live 60 to 90 minutes.
 */
export function refreshAccessToken(
  state: SimulatorState,
  tenant: string,
  contentType: string,
  body: string,
): Record<string, unknown> {
  if (!contentType.startsWith('application/x-www-form-urlencoded')) {
    refuseWith(400, 'invalid_request', 900144, "The request body must contain: 'grant_type'.");
  }
  const form = new URLSearchParams(body);
  if (form.get('grant_type') === 'client_credentials') return issueApplicationToken(state, tenant.toLowerCase(), form);
  const account = findGrant(state, tenant.toLowerCase(), form);
  const asked = readScopes(account, form);
  const now = state.now();
  const lifetime = 3600 + Math.floor(state.random() * 1800);
  const accessToken = `EwB${randomBytes(48).toString('base64url')}`;
  for (const [token, { expiresMs }] of state.accessTokens) {
    // Kept for a day, so that an old token can be distinguished from an invented one.
    if (expiresMs <= now - 86_400_000) state.accessTokens.delete(token);
  }
  const scopes = account.scopes.filter((scope) => !SIGN_IN_SCOPES.has(scope.toLowerCase()));
  state.accessTokens.set(accessToken, { email: account.email, expiresMs: now + lifetime * 1000, scopes });
  if (asked.has('offline_access')) issueRefreshToken(state, account);
  return {
    token_type: 'Bearer',
    scope: [...scopes, ...[...SIGN_IN_SCOPES].filter((scope) => asked.has(scope) && scope !== 'offline_access')].join(
      ' ',
    ),
    expires_in: lifetime,
    ext_expires_in: lifetime,
    access_token: accessToken,
    ...(asked.has('offline_access') ? { refresh_token: account.refreshToken } : {}),
    ...(asked.has('openid') ? { id_token: idToken(account, now) } : {}),
    ...(form.get('client_info') === '1' ? { client_info: encode({ uid: account.oid, utid: account.tenantId }) } : {}),
  };
}
