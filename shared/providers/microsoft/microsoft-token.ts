import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { timestampOf } from '../../platform/timestamp.ts';
import type { AccessToken, Credentials } from '../calendar-provider.ts';
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

/** Read access to calendars. A short name means the Graph of the cloud that the login address belongs to. */
const scopes = ['Calendars.Read'];

const cacheSchema = z.object({ RefreshToken: z.record(z.string(), z.object({ secret: z.string() })).default({}) });

/**
 * Exchanges a refresh token for an access token and, as Microsoft rotates them, a new refresh token
 * (https://learn.microsoft.com/en-us/entra/identity-platform/refresh-tokens).
 *
 * Three traps of MSAL: a shared client stops all users after one user's 429 or 5xx, so each call has a new client. Only
 * the cache has the new refresh token, so the cache is forced. The address, the status and Retry-After need our own
 * network client.
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
    answer = await requestJson(url.replace(`https://${wellKnownHost}`, loginUrl), init);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body as Body };
  };
  const networkClient: INetworkModule = {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: options?.body ?? '' }),
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
  try {
    const result = await client.acquireTokenByRefreshToken({ refreshToken, scopes, forceCache: true });
    const { RefreshToken: cached } = cacheSchema.parse(JSON.parse(client.getTokenCache().serialize()));
    const rotated = Object.values(cached)[0]?.secret;
    return {
      token: z.string().min(1).parse(result?.accessToken),
      expiresAt: timestampOf(result?.expiresOn?.getTime() ?? clock.now()),
      ...(rotated !== undefined && rotated !== refreshToken && { refreshToken: rotated }),
    };
  } catch (cause) {
    throw Object.assign(microsoftTokenError(answer, clock.now()), { cause });
  }
}
