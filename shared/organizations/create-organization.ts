import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Envelope } from '../platform/envelope.ts';
import { type ProjectId, randomId } from '../platform/ids.ts';
import type { Table } from '../store/table.ts';
import type { NewOrganization, ServiceAccountFile } from './new-organization.ts';
import {
  initialFollowing,
  type Organization,
  type OrganizationIdentity,
  organizationContext,
  usualMailboxesPerMinute,
} from './organization.ts';
import { type FollowedOrganization, insertOrganization, listOrganizations } from './organization-store.ts';

export interface OrganizationDeps {
  table: Table;
  envelope: Pick<Envelope, 'seal'>;
  clock: Clock;
}

/** Connections of a project. One for each customer is the most that is usual. */
const mostConnections = 500;

/**
 * Stores a connection with its key sealed. Its timer, which is due at once, begins the work.
 *
 * @returns null when the project has a connection with this deduplication key
 * @throws AppError 400 when the project has as many connections as it may. Requests at the same instant may exceed it by a few
 */
export async function createOrganization(
  deps: OrganizationDeps,
  projectId: ProjectId,
  request: NewOrganization,
): Promise<FollowedOrganization | null> {
  if ((await listOrganizations(deps.table, projectId)).length >= mostConnections) {
    throw new AppError('refused', `A project has at most ${mostConnections} organization connections.`);
  }
  const id = randomId('orgc');
  const now = deps.clock.stamp();
  const { platform, users, group } = request;
  const organization: Organization = {
    id,
    project_id: projectId,
    platform,
    identity: await identityOf(deps, { id, project_id: projectId }, request),
    choice: choiceOf(users, group),
    mailboxes_per_minute: request.mailboxes_per_minute ?? usualMailboxesPerMinute,
    intent: 'follow',
    metadata: request.metadata ?? null,
    deduplication_key: request.deduplication_key ?? null,
    created_at: now,
    updated_at: now,
  };
  const isNew = await insertOrganization(deps.table, organization, users, now);
  return isNew ? { organization, following: initialFollowing } : null;
}

export function choiceOf(users: string[] | undefined, group: string | undefined): Organization['choice'] {
  if (users) return { kind: 'users', count: users.length };
  return group === undefined ? { kind: 'all' } : { kind: 'group', group };
}

async function identityOf(
  { envelope }: OrganizationDeps,
  name: Pick<Organization, 'id' | 'project_id'>,
  { platform, google, microsoft }: NewOrganization,
): Promise<OrganizationIdentity> {
  if (platform === 'google' && google) {
    const admin_subject = google.admin_subject ?? null;
    return { platform, admin_subject, ...(await sealKey(envelope, name, google.service_account_key)) };
  }
  if (platform === 'microsoft' && microsoft) {
    const { tenant, client_id, client_secret } = microsoft;
    const sealed = await envelope.seal(organizationContext(name), client_secret);
    return { platform, tenant: tenant.toLowerCase(), client_id, client_secret: sealed };
  }
  throw new Error(`a connection of ${platform} without its key`);
}

/** The parts of a key file that are stored. */
export async function sealKey(
  envelope: OrganizationDeps['envelope'],
  name: Pick<Organization, 'id' | 'project_id'>,
  { client_email, client_id, private_key_id, private_key, project_id: quota_project }: ServiceAccountFile,
) {
  const sealed = await envelope.seal(organizationContext(name), private_key);
  return { client_email, client_id, private_key_id, quota_project, private_key: sealed };
}
