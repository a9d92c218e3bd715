import { type AuthorizeDeps, authorizeOrganization } from '../organizations/authorize-organization.ts';
import { sealedKeyOf } from '../organizations/organization.ts';
import { findOrganization } from '../organizations/organization-store.ts';
import { ProviderError } from '../providers/provider-error.ts';
import type { Account, Grant, SealedAccess } from './account.ts';
import { credentialsContext } from './credentials-context.ts';

/** The connection of the organization has the key. @param former a token that is not used again: it was refused, or ends */
export async function authorizeByOrganization(
  deps: AuthorizeDeps,
  account: Account,
  grant: Extract<Grant, { kind: 'organization' }>,
  former: Pick<SealedAccess, 'sealed'> | undefined,
): Promise<{ grant: Grant; access: Omit<SealedAccess, 'grant'> }> {
  const { table, envelope } = deps;
  const organization = await findOrganization(table, account.project_id, grant.organization_id);
  // While a connection is removed, its accounts are, too.
  if (!organization) throw organizationAbsent();
  const context = credentialsContext(account);
  const refused = former && (await envelope.open(context, former.sealed));
  const { token, expiresAt } = await authorizeOrganization(deps, organization, grant.mailbox, { refused });
  // The data key of the organization's key was just opened, and is one of the same project: KMS is not asked for another.
  const sealed = await envelope.seal(context, token, sealedKeyOf(organization));
  return { grant, access: { sealed, expires_at: expiresAt } };
}

const organizationAbsent = (): ProviderError =>
  new ProviderError(
    { kind: 'operator', error: 'client_refused' },
    'organization_absent',
    'the connection of the organization is removed',
  );
