import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import type { Clock } from '../../platform/clock.ts';
import { providerTimingMs } from '../../platform/timing.ts';
import type { AccessToken, Credentials } from '../calendar-provider.ts';
import { readGrant } from '../read-grant.ts';
import { type JsonAnswer, requestJson } from '../request-json.ts';
import { microsoftTokenError } from './microsoft-errors.ts';

/** MSAL's name for the authority. Requests go to the configured login address. */
const wellKnownHost = 'login.microsoftonline.com';

/** The answer of discovery, which is known: a cold start makes one request instead of three. */
const metadataOf = (authority: string): string =>
  JSON.stringify({
    authorization_endpoint: `${authority}/oauth2/v2.0/authorize`,
    token_endpoint: `${authority}/oauth2/v2.0/token`,
    issuer: `https://${wellKnownHost}/{tenantid}/v2.0`,
    jwks_uri: `${authority}/discovery/v2.0/keys`,
    end_session_endpoint: `${authority}/oauth2/v2.0/logout`,
  });

/** MSAL demands a scope; it is not sent. */
const scopes = ['.default'];

/**
 * The body of a refresh without the scope. Entra then grants what the user consented to. A scope that the app was not
 * consented to is refused as AADSTS65001, although the refresh token is good.
 */
function withoutScope(body: string): string {
  const form = new URLSearchParams(body);
  form.delete('scope');
  return form.toString();
}

/**
 * Exchanges a refresh token for an access token and, as Microsoft rotates them, a new refresh token
 * (https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens).
 *
 * Three traps of MSAL: a shared client stops all users after one user's 429 or 5xx, so each call has a new client. MSAL
 * demands and sends a scope, and keeps the new refresh token in its cache alone, so the network client is ours: it drops
 * the scope, and has the new refresh token, the status and `Retry-After`.
 *
 * @throws ProviderError by the table in `microsoft-errors.ts`
 */
export async function refreshMicrosoftToken(
  { loginUrl, tenant, clock }: { loginUrl: string; tenant: string; clock: Clock },
  { clientId, clientSecret, refreshToken }: Credentials,
): Promise<AccessToken> {
  const authority = `https://${wellKnownHost}/${tenant}`;
  let answer: JsonAnswer | undefined;
  const send = async <Body>(url: string, init: RequestInit): Promise<NetworkResponse<Body>> => {
    answer = await requestJson(url.replace(`https://${wellKnownHost}`, loginUrl), init, providerTimingMs.tokenRequest);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body as Body };
  };
  const networkClient: INetworkModule = {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: withoutScope(options?.body ?? '') }),
  };
  const client = new ConfidentialClientApplication({
    auth: {
      clientId,
      clientSecret,
      authority,
      authorityMetadata: metadataOf(authority),
      knownAuthorities: [wellKnownHost],
    },
    system: { networkClient },
  });
  let failure: unknown;
  try {
    await client.acquireTokenByRefreshToken({ refreshToken, scopes });
  } catch (cause) {
    failure = cause;
  }
  // The answer decides, and not what MSAL makes of it: it throws for an id token that it cannot read.
  const grant = readGrant(answer, clock.now());
  if (!grant) throw Object.assign(microsoftTokenError(answer, clock.now()), { cause: failure });
  const { refreshToken: rotated, ...access } = grant;
  return { ...access, ...(rotated !== undefined && rotated !== refreshToken && { refreshToken: rotated }) };
}
