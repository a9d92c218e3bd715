import type { Clock } from '../../platform/clock.ts';
import type { AccessToken, Credentials } from '../calendar-provider.ts';
import { readGrant } from '../read-grant.ts';
import { microsoftTokenError } from './microsoft-errors.ts';
import { requestByMsal } from './msal-client.ts';

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
 * @throws ProviderError by the table in `microsoft-errors.ts`
 */
export async function refreshMicrosoftToken(
  { loginUrl, tenant, clock }: { loginUrl: string; tenant: string; clock: Clock },
  { clientId, clientSecret, refreshToken, tenant: ownTenant }: Credentials,
): Promise<AccessToken> {
  const { answer, failure } = await requestByMsal(
    { loginUrl, tenant: ownTenant ?? tenant, clientId, clientSecret },
    (client) => client.acquireTokenByRefreshToken({ refreshToken, scopes }),
    withoutScope,
  );
  // The answer decides, and not what MSAL makes of it: it throws for an id token that it cannot read.
  const grant = readGrant(answer, clock.now());
  if (!grant) throw Object.assign(microsoftTokenError(answer, clock.now()), { cause: failure });
  const { refreshToken: rotated, ...access } = grant;
  return { ...access, ...(rotated !== undefined && rotated !== refreshToken && { refreshToken: rotated }) };
}
