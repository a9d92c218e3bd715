import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { organizationTimingMs, syncTimingMs } from '../platform/timing.ts';
import type { AccessToken } from '../providers/calendar-provider.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { ProviderSettings } from '../providers/providers.ts';
import type { Table } from '../store/table.ts';
import { type Organization, type OrganizationIdentity, organizationContext } from './organization.ts';
import {
  acquireOrganizationRefresh,
  readOrganizationAccess,
  releaseOrganizationRefresh,
  saveOrganizationAccess,
} from './organization-access-store.ts';

export interface AuthorizeDeps {
  table: Table;
  envelope: Pick<Envelope, 'open' | 'seal'>;
  clock: Clock;
  settings: Pick<ProviderSettings['google'], 'oauthUrl'> & Pick<ProviderSettings['microsoft'], 'loginUrl'>;
}

type GoogleIdentity = Extract<OrganizationIdentity, { platform: 'google' }>;
type MicrosoftIdentity = Extract<OrganizationIdentity, { platform: 'microsoft' }>;

/**
 * An access token for the calendars of a mailbox: at Google in the name of its user, at Microsoft the token of the tenant,
 * which serves all mailboxes and is kept.
 *
 * @param options `refused`: a token that the provider does not accept any more
 * @throws ProviderError: `operator` for the whole organization, `disconnect` for the one user
 */
export async function authorizeOrganization(
  deps: AuthorizeDeps,
  organization: Organization,
  mailbox: string,
  { refused }: { refused?: string | undefined } = {},
): Promise<AccessToken> {
  const { identity } = organization;
  if (identity.platform === 'microsoft') return tenantToken(deps, organization, identity, refused);
  const { delegatedScopes } = await import('../providers/google/google-delegation.ts');
  return authorizeUser(deps, organization, identity, { subject: mailbox, scope: delegatedScopes.calendar });
}

/** An access token for the directory. Null: the connection reads none. @throws ProviderError */
export async function authorizeDirectory(deps: AuthorizeDeps, organization: Organization): Promise<string | null> {
  const { identity, choice } = organization;
  if (choice.kind === 'users') return null;
  if (identity.platform === 'microsoft') return (await tenantToken(deps, organization, identity)).token;
  const { delegatedScopes } = await import('../providers/google/google-delegation.ts');
  const scope = choice.kind === 'group' ? delegatedScopes.members : delegatedScopes.users;
  const subject = identity.admin_subject ?? '';
  return (await authorizeUser(deps, organization, identity, { subject, scope })).token;
}

async function authorizeUser(
  { envelope, settings, clock }: AuthorizeDeps,
  organization: Organization,
  identity: GoogleIdentity,
  delegation: { subject: string; scope: string },
): Promise<AccessToken> {
  const { authorizeDelegation } = await import('../providers/google/google-delegation.ts');
  const { client_email, private_key_id } = identity;
  const private_key = await envelope.open(organizationContext(organization), identity.private_key);
  return authorizeDelegation({ ...settings, clock }, { client_email, private_key_id, private_key }, delegation);
}

/** The stored token of the tenant, or a fresh one, which one worker at a time requests. */
async function tenantToken(
  deps: AuthorizeDeps,
  organization: Organization,
  identity: MicrosoftIdentity,
  refused?: string,
): Promise<AccessToken> {
  const { table, clock, envelope } = deps;
  const context = organizationContext(organization);
  for (let waited = 0; waited <= organizationTimingMs.tokenLease; waited += organizationTimingMs.tokenLook) {
    const found = await readOrganizationAccess(table, organization.id);
    const now = Math.floor(clock.now());
    if (found.sealed && found.expires_at && found.expires_at > timestampOf(now + syncTimingMs.accessTokenMargin)) {
      const token = await envelope.open(context, found.sealed);
      if (token !== refused) return { token, expiresAt: found.expires_at };
    }
    const until = timestampOf(now + organizationTimingMs.tokenLease);
    if (await acquireOrganizationRefresh(table, organization.id, found, { now: timestampOf(now), until })) {
      return requestTenantToken(deps, organization, identity, until);
    }
    await wait(organizationTimingMs.tokenLook);
  }
  throw new ProviderError(
    { kind: 'retry', error: 'provider_slow' },
    'refresh_under_way',
    'another worker has been requesting the access token of the organization for some seconds',
  );
}

async function requestTenantToken(
  { table, clock, envelope, settings }: AuthorizeDeps,
  organization: Organization,
  { tenant, client_id: clientId, client_secret }: MicrosoftIdentity,
  until: ReturnType<typeof timestampOf>,
): Promise<AccessToken> {
  const { authorizeApplication } = await import('../providers/microsoft/microsoft-application.ts');
  const context = organizationContext(organization);
  try {
    const clientSecret = await envelope.open(context, client_secret);
    const granted = await authorizeApplication({ ...settings, clock }, { tenant, clientId, clientSecret });
    // The data key of the secret was just opened: KMS is not asked for another one.
    const sealed = await envelope.seal(context, granted.token, client_secret);
    await saveOrganizationAccess(table, organization.id, { sealed, expires_at: granted.expiresAt }, until);
    return granted;
  } catch (error) {
    await releaseOrganizationRefresh(table, organization.id, until);
    throw error;
  }
}
