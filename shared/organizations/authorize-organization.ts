import { setTimeout as wait } from 'node:timers/promises';
import type { Platform } from '../calendars/calendar.ts';
import { organizationTimingMs } from '../platform/account-timing.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { syncTimingMs } from '../platform/timing.ts';
import type { AccessToken, CalendarProvider } from '../providers/calendar-provider.ts';
import type { OrganizationAccess } from '../providers/directory.ts';
import { ProviderError } from '../providers/provider-error.ts';
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
  providers: Record<Platform, Pick<CalendarProvider, 'authorizeOrganization'>>;
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
  return authorizeUser(deps, organization, identity, { subject: mailbox, purpose: 'calendar' });
}

/** An access token for the directory, from which a connection without a list of users reads them. @throws ProviderError */
export async function authorizeDirectory(deps: AuthorizeDeps, organization: Organization): Promise<AccessToken> {
  const { identity, choice } = organization;
  if (identity.platform === 'microsoft') return tenantToken(deps, organization, identity);
  const purpose = choice.kind === 'group' ? 'members' : 'users';
  return authorizeUser(deps, organization, identity, { subject: identity.admin_subject ?? '', purpose });
}

async function authorizeUser(
  { envelope, providers }: AuthorizeDeps,
  organization: Organization,
  { client_email, private_key_id, private_key: sealed }: GoogleIdentity,
  access: OrganizationAccess,
): Promise<AccessToken> {
  const private_key = await envelope.open(organizationContext(organization), sealed);
  const key = { client_email, private_key_id, private_key };
  return providers.google.authorizeOrganization({ platform: 'google', key }, access);
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
  { table, envelope, providers }: AuthorizeDeps,
  organization: Organization,
  { tenant, client_id: clientId, client_secret }: MicrosoftIdentity,
  until: ReturnType<typeof timestampOf>,
): Promise<AccessToken> {
  const context = organizationContext(organization);
  try {
    const clientSecret = await envelope.open(context, client_secret);
    const granted = await providers.microsoft.authorizeOrganization(
      { platform: 'microsoft', tenant, clientId, clientSecret },
      { purpose: 'calendar', subject: '' },
    );
    // The data key of the secret was just opened: KMS is not asked for another one.
    const sealed = await envelope.seal(context, granted.token, client_secret);
    await saveOrganizationAccess(table, organization.id, { sealed, expires_at: granted.expiresAt }, until);
    return granted;
  } catch (error) {
    await releaseOrganizationRefresh(table, organization.id, until);
    throw error;
  }
}
