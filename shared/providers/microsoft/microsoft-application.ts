import type { Clock } from '../../platform/clock.ts';
import type { AccessToken } from '../calendar-provider.ts';
import { ProviderError, type ProviderVerdict } from '../provider-error.ts';
import { readGrant } from '../read-grant.ts';
import { microsoftTokenError } from './microsoft-errors.ts';
import { requestByMsal } from './msal-client.ts';

/** All application permissions that an administrator has consented to. */
const scopes = ['https://graph.microsoft.com/.default'];

/** Verdicts that are about one user where a user signs in. Here no user does: they are about the app in its tenant. */
const aboutUsers = new Set<ProviderVerdict['kind']>(['disconnect', 'tenant_refused', 'refused']);

/**
 * The access token of an app for a tenant: one serves all mailboxes
 * (https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-client-creds-grant-flow).
 *
 * @throws ProviderError `operator` when the app is refused, whatever the reason
 */
export async function authorizeApplication(
  { loginUrl, clock }: { loginUrl: string; clock: Clock },
  application: { tenant: string; clientId: string; clientSecret: string },
): Promise<AccessToken> {
  const { answer, failure } = await requestByMsal({ loginUrl, ...application }, (client) =>
    client.acquireTokenByClientCredential({ scopes }),
  );
  const grant = readGrant(answer, clock.now());
  if (grant) return { token: grant.token, expiresAt: grant.expiresAt };
  const { verdict, providerCode, message } = microsoftTokenError(answer, clock.now());
  const meant: ProviderVerdict = aboutUsers.has(verdict.kind) ? { kind: 'operator', error: 'client_refused' } : verdict;
  throw new ProviderError(meant, providerCode, message, { cause: failure });
}
