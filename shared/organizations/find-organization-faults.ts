import { createPrivateKey } from 'node:crypto';
import type { NewOrganization, OrganizationChanges, ServiceAccountFile } from './new-organization.ts';
import type { Organization } from './organization.ts';

type Faults = Record<string, string[]>;

const otherPlatform = (platform: string) => [`Only a connection of platform "${platform}" has this field.`];
const either = ['Enter either users or a group.'];

const shortestKey = 2048;

/** Why a text is no private key that signs assertions; null when it is one. No part of it is repeated. */
function findKeyFault(pem: string): string | null {
  try {
    const key = createPrivateKey(pem);
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
    return key.asymmetricKeyType === 'rsa' && bits >= shortestKey
      ? null
      : `Enter an RSA key of at least ${shortestKey} bits.`;
  } catch {
    return 'Enter the private key in PEM, as the key file has it.';
  }
}

/** Texts about a key file whose fields are valid each. */
function findKeyFaults(file: ServiceAccountFile | undefined): string[] {
  const fault = file && findKeyFault(file.private_key);
  return fault ? [`service_account_key: private_key: ${fault}`] : [];
}

/** Names of many tenants, which cannot grant application permissions. */
export const manyTenants = ['common', 'organizations', 'consumers'];

/** Faults between fields that are valid each. */
export function findFaults({ platform, google, microsoft, users, group }: NewOrganization): Faults {
  const lacksAdmin = google !== undefined && users === undefined && google.admin_subject === undefined;
  const ownFaults = [
    ...findKeyFaults(google?.service_account_key),
    ...(lacksAdmin ? ['admin_subject: This field is required, unless users are named.'] : []),
  ];
  return {
    ...(platform === 'google' && !google && { google: ['This field is required.'] }),
    ...(platform === 'microsoft' && !microsoft && { microsoft: ['This field is required.'] }),
    ...(platform === 'google' && microsoft && { microsoft: otherPlatform('microsoft') }),
    ...(platform === 'microsoft' && google && { google: otherPlatform('google') }),
    ...(platform === 'microsoft' &&
      microsoft &&
      manyTenants.includes(microsoft.tenant.toLowerCase()) && {
        microsoft: ['tenant: Enter the id or domain of one tenant.'],
      }),
    ...(platform === 'google' && ownFaults.length > 0 && { google: ownFaults }),
    ...(users !== undefined && group !== undefined && { group: either }),
  };
}

/** The same for a change. What a connection is for stays: its platform, its service account or app, and what kind of choice it has. */
export function findChangeFaults(
  { platform, identity, choice }: Organization,
  { google, microsoft, users, group }: OrganizationChanges,
): Faults {
  const key = google?.service_account_key;
  const keyFaults = findKeyFaults(key);
  const isOther = identity.platform === 'google' && key !== undefined && key.client_email !== identity.client_email;
  return {
    ...(platform === 'google' && microsoft && { microsoft: otherPlatform('microsoft') }),
    ...(platform === 'microsoft' && google && { google: otherPlatform('google') }),
    ...(platform === 'google' && keyFaults.length > 0 && { google: keyFaults }),
    ...(isOther && {
      google: ['service_account_key: Enter another key of the same service account, or create another connection.'],
    }),
    ...(users !== undefined && choice.kind !== 'users' && { users: ['This connection has no list of users.'] }),
    ...(group !== undefined && choice.kind !== 'group' && { group: ['This connection has no group.'] }),
  };
}
