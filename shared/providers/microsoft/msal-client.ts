import { ConfidentialClientApplication, type INetworkModule, type NetworkResponse } from '@azure/msal-node';
import { providerTimingMs } from '../../platform/timing.ts';
import { type JsonAnswer, requestJson } from '../request-json.ts';

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

export interface MicrosoftClient {
  loginUrl: string;
  tenant: string;
  clientId: string;
  clientSecret: string;
}

/**
 * Has MSAL compose a token request, and returns the answer as it came. MSAL keeps refresh tokens in its cache alone, hides
 * status and `Retry-After`, throws for an id token that it cannot read, and a shared client stops all users after one
 * user's 429 or 5xx. So each call has a new client whose network is ours, and the answer decides.
 *
 * @param shape changes the body of the request
 * @returns the answer, undefined when none came; and what MSAL threw
 */
export async function requestByMsal(
  { loginUrl, tenant, clientId, clientSecret }: MicrosoftClient,
  acquire: (client: ConfidentialClientApplication) => Promise<unknown>,
  shape: (body: string) => string = (body) => body,
): Promise<{ answer: JsonAnswer | undefined; failure: unknown }> {
  const authority = `https://${wellKnownHost}/${tenant}`;
  let answer: JsonAnswer | undefined;
  const send = async <Body>(url: string, init: RequestInit): Promise<NetworkResponse<Body>> => {
    answer = await requestJson(url.replace(`https://${wellKnownHost}`, loginUrl), init, providerTimingMs.tokenRequest);
    return { status: answer.status, headers: Object.fromEntries(answer.headers), body: answer.body as Body };
  };
  const networkClient: INetworkModule = {
    sendGetRequestAsync: (url, options) => send(url, { headers: options?.headers ?? {} }),
    sendPostRequestAsync: (url, options) =>
      send(url, { method: 'POST', headers: options?.headers ?? {}, body: shape(options?.body ?? '') }),
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
    await acquire(client);
  } catch (cause) {
    failure = cause;
  }
  return { answer, failure };
}
