import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { isId, type OrganizationId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, equals } from '../store/expression.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRow, readableRows, unreadable } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { type Following, initialFollowing, type Organization } from './organization.ts';
import {
  followingKey,
  followingRow,
  organizationAccessKey,
  organizationKey,
  organizationListPartition,
  organizationLookupKey,
  organizationLookupRow,
  organizationPrefix,
  organizationRow,
  userListKey,
  userListRow,
  writeFollowing,
  writeOrganization,
} from './organization-row.ts';

/** A connection, and how far it is. */
export interface FollowedOrganization {
  organization: Organization;
  following: Following;
}

/**
 * Stores a connection that begins at once.
 *
 * @param users undefined: it has no list of users
 * @returns false when the project has a connection with this deduplication key
 */
export async function insertOrganization(
  table: Table,
  organization: Organization,
  users: string[] | undefined,
  dueAt: Timestamp,
): Promise<boolean> {
  const { id, project_id, deduplication_key: key } = organization;
  const lookup = key !== null && {
    ...organizationLookupKey(project_id, key),
    ...organizationLookupRow.write({ organization_id: id }),
  };
  const refused = await transact(table, {
    organization: { put: writeOrganization(organization), when: absent() },
    following: { put: writeFollowing(organization, initialFollowing, dueAt) },
    users: users && { put: { ...userListKey(id), ...userListRow.write({ users }) } },
    lookup: lookup ? { put: lookup, when: absent() } : undefined,
  });
  if (refused.includes('organization')) throw new Error(`${id} exists already`);
  return refused.length === 0;
}

/** One strongly consistent read. @returns null when it is absent, or belongs to another project */
export async function findOrganization(table: Table, projectId: string, id: string): Promise<Organization | null> {
  if (!isId('orgc', id)) return null;
  const key = organizationKey({ id, project_id: projectId as Organization['project_id'] });
  const { Item } = await table.client.send(new GetCommand({ TableName: table.name, Key: key, ConsistentRead: true }));
  return Item ? organizationRow.read(Item) : null;
}

/** The same, with how far it is. One request. */
export async function findFollowedOrganization(
  table: Table,
  projectId: string,
  id: string,
): Promise<FollowedOrganization | null> {
  if (!isId('orgc', id)) return null;
  const key = organizationKey({ id, project_id: projectId as Organization['project_id'] });
  const rows = await getAllRows(table, [key, followingKey(id)]);
  const [own, other] = [rows.find(({ PK }) => PK === key.PK), rows.find(({ PK }) => PK !== key.PK)];
  return own && other ? { organization: organizationRow.read(own), following: followingRow.read(other) } : null;
}

/** Every connection of a project, newest first. */
export async function listOrganizations(table: Table, projectId: string): Promise<Organization[]> {
  const rows = await queryRows(table, organizationListPartition(projectId), organizationPrefix);
  const position = ({ created_at, id }: Organization): string => `${created_at}#${id}`;
  return readableRows(table, rows, organizationRow.read).sort((a, b) => (position(a) < position(b) ? 1 : -1));
}

/** How far connections are, by their ids. */
export async function readFollowings(table: Table, ids: OrganizationId[]): Promise<Map<string, Following>> {
  const rows = await getAllRows(table, ids.map(followingKey));
  return new Map(
    rows.flatMap((row) => {
      const following = readableRow(table, row, followingRow.read);
      return following === unreadable ? [] : [[String(row['PK']).slice('ORGANIZATION#'.length), following] as const];
    }),
  );
}

/** Id of the connection that has a deduplication key. */
export async function findOrganizationByKey(table: Table, projectId: string, key: string): Promise<string | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: organizationLookupKey(projectId, key), ConsistentRead: true }),
  );
  return Item ? organizationLookupRow.read(Item).organization_id : null;
}

/**
 * Changes a connection, and how far it is. A worker that is under way writes nothing any more. A token of the former key is
 * not used any more.
 *
 * @returns false when one of both was changed or removed since it was read
 */
export async function replaceOrganization(
  table: Table,
  before: FollowedOrganization,
  after: FollowedOrganization & { users?: string[] | undefined },
  dueAt: Timestamp | null,
): Promise<boolean> {
  const { organization, following, users } = after;
  const refused = await transact(table, {
    organization: {
      put: writeOrganization(organization),
      when: equals('updated_at', before.organization.updated_at),
    },
    following: followingItem(organization, before.following, following, dueAt),
    users: users && { put: { ...userListKey(organization.id), ...userListRow.write({ users }) } },
    access: { delete: organizationAccessKey(organization.id) },
  });
  return refused.length === 0;
}

/** The write of how far a connection is, on the condition that it is as it was read. */
export const followingItem = (
  organization: Organization,
  before: Following,
  after: Following,
  dueAt: Timestamp | null,
) => ({
  put: writeFollowing(organization, { ...after, version: before.version + 1 }, dueAt),
  when: equals('version', before.version),
});

/** The users that a connection names. */
export async function readUserList(table: Table, id: string): Promise<string[]> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: userListKey(id), ConsistentRead: true }),
  );
  return Item ? userListRow.read(Item).users : [];
}
