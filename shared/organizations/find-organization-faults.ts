import type { NewOrganization, OrganizationChanges } from './new-organization.ts';
import type { Organization } from './organization.ts';

type Faults = Record<string, string[]>;

const otherPlatform = (platform: string) => [`Only a connection of platform "${platform}" has this field.`];
const either = ['Enter either users or a group.'];

/** Faults between fields that are valid each. */
export function findFaults({ platform, google, microsoft, users, group }: NewOrganization): Faults {
  const readsDirectory = users === undefined;
  return {
    ...(platform === 'google' && !google && { google: ['This field is required.'] }),
    ...(platform === 'microsoft' && !microsoft && { microsoft: ['This field is required.'] }),
    ...(platform === 'google' && microsoft && { microsoft: otherPlatform('microsoft') }),
    ...(platform === 'microsoft' && google && { google: otherPlatform('google') }),
    ...(platform === 'google' &&
      google &&
      readsDirectory &&
      google.admin_subject === undefined && {
        google: ['admin_subject: This field is required, unless users are named.'],
      }),
    ...(users !== undefined && group !== undefined && { group: either }),
  };
}

/** The same for a change. What a connection is for stays: its platform, its service account or app, and what kind of choice it has. */
export function findChangeFaults(
  { platform, identity, choice }: Organization,
  { google, microsoft, users, group }: OrganizationChanges,
): Faults {
  const key = google?.service_account_key;
  const isOther = identity.platform === 'google' && key !== undefined && key.client_email !== identity.client_email;
  return {
    ...(platform === 'google' && microsoft && { microsoft: otherPlatform('microsoft') }),
    ...(platform === 'microsoft' && google && { google: otherPlatform('google') }),
    ...(isOther && {
      google: ['service_account_key: Enter another key of the same service account, or create another connection.'],
    }),
    ...(users !== undefined && choice.kind !== 'users' && { users: ['This connection has no list of users.'] }),
    ...(group !== undefined && choice.kind !== 'group' && { group: ['This connection has no group.'] }),
  };
}
