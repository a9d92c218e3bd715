import { OAuth2Client } from 'google-auth-library';
import * as z from 'zod';
import type { Clock } from '../../platform/clock.ts';
import { timestampOf } from '../../platform/timestamp.ts';
import { providerTimingMs } from '../../platform/timing.ts';
import type { AccessToken, Credentials } from '../calendar-provider.ts';
import { noteRequest } from '../request-scope.ts';
import { googleTokenError } from './google-errors.ts';

const failureSchema = z.object({
  response: z.object({
    status: z.number(),
    data: z.unknown(),
    // The library has its own Headers class.
    headers: z.custom<Pick<Headers, 'get'>>((value) => typeof (value as Headers | undefined)?.get === 'function'),
  }),
});

const tokenLifetimeMs = 3_600_000;

/**
 * Exchanges a refresh token for an access token, in one request: the queue retries. Each call has a new client, so that
 * no state of one user is used for another.
 *
 * @throws ProviderError by the table in `google-errors.ts`
 */
export async function refreshGoogleToken(
  oauthUrl: string,
  { clientId, clientSecret, refreshToken }: Credentials,
  clock: Clock,
): Promise<AccessToken> {
  const client = new OAuth2Client({ clientId, clientSecret, endpoints: { oauth2TokenUrl: `${oauthUrl}/token` } });
  client.transporter.interceptors.request.add({
    // oxlint-disable-next-line unicorn/no-thenable, promise/prefer-await-to-then -- gaxios interceptors ask for promises
    resolved: async (config) => {
      delete config.retryConfig;
      // A redirect would send the client's secret to another host.
      return Object.assign(config, { retry: false, timeout: providerTimingMs.tokenRequest, redirect: 'error' });
    },
  });
  client.setCredentials({ refresh_token: refreshToken });
  noteRequest();
  try {
    const { credentials } = await client.refreshAccessToken();
    return {
      token: z.string().min(1).parse(credentials.access_token),
      expiresAt: timestampOf(Math.floor(credentials.expiry_date ?? clock.now() + tokenLifetimeMs)),
    };
  } catch (cause) {
    const failure = failureSchema.safeParse(cause).data?.response;
    throw Object.assign(googleTokenError(failure && { ...failure, body: jsonOf(failure.data) }, clock.now()), {
      cause,
    });
  }
}

/** The library hands an answer that is not JSON over as text. */
const jsonOf = (data: unknown): unknown => (typeof data === 'string' ? undefined : data);
