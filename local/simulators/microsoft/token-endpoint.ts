import { randomBytes } from 'node:crypto';
import type { OAuthClient } from '../oauth-clients.ts';
import { unsignedIdToken } from '../unsigned-id-token.ts';
import { type AadstsCode, aadstsAnswer, tokenError } from './aadsts-table.ts';
import { issueApplicationToken } from './applications.ts';
import { GraphError } from './graph-error.ts';
import { idClaims } from './id-claims.ts';
import type { MicrosoftAccount, SimulatorState } from './simulator-state.ts';

/** Tenant of all personal accounts. */
export const CONSUMERS_TENANT = '9188040d-6c67-4c5b-b112-36a304b66dad';

const INACTIVITY_MS = 90 * 86_400_000;
/** Scopes about the sign-in itself, which need no consent of their own. */
export const SIGN_IN_SCOPES: ReadonlySet<string> = new Set(['openid', 'profile', 'email', 'offline_access']);

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

/** Why an account cannot sign in at a tenant; undefined when it can. */
export function findTenantFault(
  state: SimulatorState,
  tenant: string,
  account: MicrosoftAccount,
): AadstsCode | undefined {
  const isPersonal = account.tenantId === CONSUMERS_TENANT;
  if (tenant === 'common' || tenant === account.tenantId) return undefined;
  if (tenant === (isPersonal ? 'consumers' : 'organizations')) return undefined;
  const known = ['organizations', 'consumers', ...[...state.accounts.values()].map((one) => one.tenantId)];
  return known.includes(tenant) ? 50020 : 90002;
}

function checkTenant(state: SimulatorState, tenant: string, account: MicrosoftAccount): void {
  const fault = findTenantFault(state, tenant, account);
  if (fault !== undefined) refuse(fault);
}

function findClient(state: SimulatorState, form: URLSearchParams): OAuthClient {
  const client = state.clients.find(form.get('client_id'));
  if (client === undefined) return refuse(700016);
  if (!form.has('client_secret')) return refuse(7000218);
  return client.secrets.includes(form.get('client_secret') ?? '') ? client : refuse(7000215);
}

/** The account becomes one of the client, with the granted scopes and a refresh token. */
function redeemCode(state: SimulatorState, tenant: string, form: URLSearchParams) {
  const client = findClient(state, form);
  const grant = state.codes.redeem(form.get('code') ?? '', form);
  if (grant === 'redirect_uri') return refuse(50011);
  if (grant === 'verifier') return refuse(501481);
  const account = grant === 'unknown' ? undefined : state.accounts.get(grant.email);
  if (grant === 'unknown' || account === undefined) return refuse(70008);
  checkTenant(state, tenant, account);
  // Tokens of a grant that was revoked stay worthless.
  if (account.revoked) {
    for (const [token, { email }] of state.refreshTokens)
      if (email === account.email) state.refreshTokens.delete(token);
  }
  const scopes = grant.scopes.filter((scope) => !SIGN_IN_SCOPES.has(scope.toLowerCase()));
  Object.assign(account, {
    clientId: client.clientId,
    clientSecret: form.get('client_secret'),
    scopes,
    revoked: false,
  });
  return { account, asked: new Set(grant.scopes.map((scope) => scope.toLowerCase())), nonce: grant.nonce };
}

function findGrant(state: SimulatorState, tenant: string, form: URLSearchParams): MicrosoftAccount {
  const grantType = form.get('grant_type');
  if (!grantType) refuseWith(400, 'invalid_request', 900144, "The request body must contain: 'grant_type'.");
  if (grantType !== 'refresh_token') {
    refuseWith(400, 'unsupported_grant_type', 70003, `The grant type '${grantType}' is not supported.`);
  }
  const client = findClient(state, form);
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

function refresh(state: SimulatorState, tenant: string, form: URLSearchParams) {
  const account = findGrant(state, tenant, form);
  return { account, asked: readScopes(account, form), nonce: null };
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

/**
 * `POST /{tenant}/oauth2/v2.0/token` with grant_type=refresh_token, authorization_code or client_credentials. Each
 * refresh answers a new refresh token; the old one works on for the grace period of the switch. Access tokens live 60 to 90 minutes.
 */
export function grantTokens(
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
  const { account, asked, nonce } =
    form.get('grant_type') === 'authorization_code'
      ? redeemCode(state, tenant.toLowerCase(), form)
      : refresh(state, tenant.toLowerCase(), form);
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
    ...(asked.has('openid') ? { id_token: unsignedIdToken(idClaims(account, nonce, now)) } : {}),
    ...(form.get('client_info') === '1' ? { client_info: encode({ uid: account.oid, utid: account.tenantId }) } : {}),
  };
}
