import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { choiceOf, type OrganizationDeps, sealKey } from './create-organization.ts';
import type { OrganizationChanges } from './new-organization.ts';
import { type Following, type Organization, type OrganizationIdentity, organizationContext } from './organization.ts';
import { type FollowedOrganization, findFollowedOrganization, replaceOrganization } from './organization-store.ts';

/**
 * Changes a connection. The work goes on at once, also when it was refused before: what was wrong may be repaired.
 *
 * @param found as it was read
 * @returns null when it is removed, or being removed
 * @throws AppError 409 when other writers overtake it again and again
 */
export async function updateOrganization(
  deps: OrganizationDeps,
  found: FollowedOrganization,
  changes: OrganizationChanges,
): Promise<FollowedOrganization | null> {
  const identity = await changeIdentity(deps, found.organization, changes);
  const { users, group, paused } = changes;
  return change(deps, found, ({ organization, following }) => ({
    organization: {
      ...organization,
      identity,
      ...((users ?? group) !== undefined && { choice: choiceOf(users, group) }),
      ...(paused !== undefined && { intent: paused ? 'pause' : 'follow' }),
      ...(changes.mailboxes_per_minute !== undefined && { mailboxes_per_minute: changes.mailboxes_per_minute }),
      ...(changes.metadata !== undefined && { metadata: changes.metadata }),
    },
    following: (users ?? group) === undefined ? following : discoverAgain(following),
    users,
  }));
}

/** Begins to disconnect everything that a connection has connected. @returns null when it is removed already */
export const removeOrganizationConnection = (
  deps: OrganizationDeps,
  found: FollowedOrganization,
): Promise<FollowedOrganization | null> =>
  change(deps, found, ({ organization, following }) => ({
    organization: { ...organization, intent: 'remove' },
    following,
  }));

function change(
  { table, clock }: OrganizationDeps,
  found: FollowedOrganization,
  make: (present: FollowedOrganization) => FollowedOrganization & { users?: string[] | undefined },
): Promise<FollowedOrganization | null> {
  const { id, project_id } = found.organization;
  return retryLostRace(async (number) => {
    const present = number === 1 ? found : await findFollowedOrganization(table, project_id, id);
    if (!present || present.organization.intent === 'remove') return null;
    const made = make(present);
    const organization = { ...made.organization, updated_at: clock.stamp() };
    const following = { ...made.following, error: null, retry_at: null, failures: 0 };
    const after = { ...made, organization, following };
    return (await replaceOrganization(table, present, after, clock.stamp())) ? after : lostRace;
  });
}

/** Another list or group: its users are read at once. What was read of the former one counts no more. */
const discoverAgain = (following: Following): Following => {
  const { discovery } = following;
  const read = { ...discovery, completed_at: null, position: null };
  return discovery.step === 'reading'
    ? { ...following, discovery: { ...read, number: discovery.number + 1, seen: 0 } }
    : { ...following, discovery: { ...read, step: 'complete' } };
};

async function changeIdentity(
  { envelope }: OrganizationDeps,
  organization: Organization,
  { google, microsoft }: OrganizationChanges,
): Promise<OrganizationIdentity> {
  const { identity } = organization;
  if (identity.platform === 'microsoft') {
    if (!microsoft) return identity;
    const sealed = await envelope.seal(organizationContext(organization), microsoft.client_secret);
    return { ...identity, client_secret: sealed };
  }
  const { service_account_key: key, admin_subject = identity.admin_subject } = google ?? {};
  return { ...identity, ...(key && (await sealKey(envelope, organization, key))), admin_subject };
}
