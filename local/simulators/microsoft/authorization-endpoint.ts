import type { WireAnswer } from '../answer-with-fault.ts';
import { renderConsent, renderNotice, withParameters } from '../consent-page.ts';
import { type AadstsCode, aadstsTable } from './aadsts-table.ts';
import type { SimulatorState } from './simulator-state.ts';
import { findTenantFault, SIGN_IN_SCOPES } from './token-endpoint.ts';

const refuse = (code: AadstsCode): WireAnswer => ({
  status: 400,
  html: renderNotice(
    'Sign in: sorry, but we’re having trouble signing you in',
    `AADSTS${code}: ${aadstsTable[code].text}`,
  ),
});

/** What the sign-in shows on its page, because it would not send a user back for it. */
function findFault(state: SimulatorState, request: URLSearchParams): WireAnswer | undefined {
  const client = state.clients.find(request.get('client_id'));
  if (client === undefined) return refuse(700016);
  const redirectUri = request.get('redirect_uri') ?? '';
  if (!URL.canParse(redirectUri) || (client.redirectUris !== null && !client.redirectUris.includes(redirectUri))) {
    return refuse(50011);
  }
  const method = request.get('code_challenge_method');
  const hasChallenge = request.has('code_challenge');
  const isWellFormed = request.get('response_type') === 'code' && (request.get('scope') ?? '') !== '';
  if (!isWellFormed || hasChallenge !== (method === 'S256')) return refuse(900144);
  return undefined;
}

/**
 * `GET` shows sign-in and consent, its form is answered by `POST`: to the same path, `/{tenant}/oauth2/v2.0/authorize`.
 * Microsoft lets a user take away no single scope. Here each has a box, as if an administrator had allowed fewer.
 */
export function answerAuthorization(
  state: SimulatorState,
  tenant: string,
  call: { method: string; query: URLSearchParams; body: string },
): WireAnswer {
  const request = new URLSearchParams(call.method === 'POST' ? call.body : call.query);
  const fault = findFault(state, request);
  if (fault) return fault;
  if (call.method === 'POST') return decide(state, tenant, request);
  const accounts = [...state.accounts.values()].map(({ email }) => email);
  const scopes = (request.get('scope') ?? '').split(' ').filter((scope) => !SIGN_IN_SCOPES.has(scope.toLowerCase()));
  const hint = request.get('login_hint');
  const chosen = accounts.find((email) => email === hint) ?? accounts[0];
  const client = request.get('client_id') ?? '';
  return { status: 200, html: renderConsent({ provider: 'Microsoft', client, request, accounts, chosen, scopes }) };
}

function decide(state: SimulatorState, tenant: string, request: URLSearchParams): WireAnswer {
  const redirectUri = request.get('redirect_uri') ?? '';
  const addressOf = (parameters: Record<string, string>): string =>
    withParameters(redirectUri, { ...parameters, state: request.get('state') });
  const redirect = (parameters: Record<string, string>): WireAnswer => ({
    status: 302,
    headers: { location: addressOf(parameters) },
  });
  const declined = { error: 'access_denied', error_subcode: 'cancel', error_description: describe(65004) };
  if (request.get('decision') !== 'allow') return redirect(declined);
  const account = state.accounts.get(request.get('account') ?? '');
  if (account === undefined) return refuse(50034);
  const tenantFault = findTenantFault(state, tenant.toLowerCase(), account);
  if (tenantFault !== undefined) return refuse(tenantFault);
  if (account.blockedByAdmin) return refuse(53003);
  if (account.needsAdminApproval) {
    const back = addressOf({ error: 'consent_required', error_description: describe(90094) });
    const text = 'The app needs permission to access resources in your organization that only an admin can grant.';
    return { status: 200, html: renderNotice('Need admin approval', text, back) };
  }
  const asked = (request.get('scope') ?? '').split(' ').filter((scope) => SIGN_IN_SCOPES.has(scope.toLowerCase()));
  const code = state.codes.issue({
    email: account.email,
    clientId: request.get('client_id') ?? '',
    redirectUri,
    scopes: [...asked, ...request.getAll('granted')],
    nonce: request.get('nonce'),
    challenge: request.get('code_challenge'),
  });
  return redirect({ code });
}

const describe = (code: AadstsCode): string => `AADSTS${code}: ${aadstsTable[code].text}`;
