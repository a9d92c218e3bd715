import { OAuth2Client } from 'google-auth-library';
import type { Clock } from '../../platform/clock.ts';
import { providerTimingMs } from '../../platform/timing.ts';
import type { AccessToken, Credentials } from '../calendar-provider.ts';
import { readGrant } from '../read-grant.ts';
import { type JsonAnswer, requestJson } from '../request-json.ts';
import { googleTokenError } from './google-errors.ts';

/**
 * Exchanges a refresh token for an access token, in one request: the queue retries. Each call has a new client, so that
 * no state of one user is used for another.
 *
 * The library composes the request; sending it and reading the answer is ours: the library follows redirects, which would
 * send the client's secret to another host, reads answers of any length, and reads JSON only where the content type says so.
 *
 * @throws ProviderError by the table in `google-errors.ts`
 */
export async function refreshGoogleToken(
  oauthUrl: string,
  { clientId, clientSecret, refreshToken }: Credentials,
  clock: Clock,
): Promise<AccessToken> {
  let answer: JsonAnswer | undefined;
  const client = new OAuth2Client({ clientId, clientSecret, endpoints: { oauth2TokenUrl: `${oauthUrl}/token` } });
  client.transporter.interceptors.request.add({
    // oxlint-disable-next-line unicorn/no-thenable, promise/prefer-await-to-then -- gaxios interceptors ask for promises
    resolved: async (config) => {
      delete config.retryConfig;
      const adapter = async ({ url, method, headers, body }: typeof config) => {
        const init = { method: method ?? 'POST', headers, body: body ?? null };
        answer = await requestJson(url, init, providerTimingMs.tokenRequest);
        return Object.assign(new Response(null, { headers: answer.headers }), {
          config,
          data: structuredClone(answer.body),
        });
      };
      return Object.assign(config, { retry: false, adapter });
    },
  });
  client.setCredentials({ refresh_token: refreshToken });
  let failure: unknown;
  try {
    await client.refreshAccessToken();
  } catch (cause) {
    failure = cause;
  }
  // The answer decides, and not what the library makes of it.
  const grant = readGrant(answer, clock.now());
  if (grant) return { token: grant.token, expiresAt: grant.expiresAt };
  throw Object.assign(googleTokenError(answer, clock.now()), { cause: failure });
}
