import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, all, any, below, equals } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { updateRow } from '../store/write-row.ts';
import { organizationAccessKey, organizationAccessRow } from './organization-row.ts';

export type OrganizationAccess = ReturnType<typeof organizationAccessRow.read>;

/** The access token of an organization, as it is stored. One strongly consistent read. */
export async function readOrganizationAccess(table: Table, id: string): Promise<OrganizationAccess> {
  const { Item = {} } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: organizationAccessKey(id), ConsistentRead: true }),
  );
  return organizationAccessRow.read(Item);
}

/** Makes this worker the only one that requests a token, until a time. @returns false when another one does, or has done so */
export async function acquireOrganizationRefresh(
  table: Table,
  id: string,
  found: OrganizationAccess,
  { now, until }: Record<'now' | 'until', Timestamp>,
): Promise<boolean> {
  const isUnchanged = found.sealed ? equals('sealed', found.sealed) : absent('sealed');
  const isFree = any(absent('refreshing_until'), below('refreshing_until', now));
  const change = {
    set: organizationAccessRow.writeFields({ refreshing_until: until }),
    when: all(isUnchanged, isFree),
  };
  return (await updateRow(table, organizationAccessKey(id), change)).done;
}

/** Stores a token. A connection whose key was replaced meanwhile keeps none. */
export async function saveOrganizationAccess(
  table: Table,
  id: string,
  access: Pick<OrganizationAccess, 'sealed' | 'expires_at'>,
  until: Timestamp,
): Promise<void> {
  const change = {
    set: organizationAccessRow.writeFields(access),
    remove: ['refreshing_until'],
    when: equals('refreshing_until', until),
  };
  await updateRow(table, organizationAccessKey(id), change);
}

/** The request has failed: the next worker may try at once. */
export async function releaseOrganizationRefresh(table: Table, id: string, until: Timestamp): Promise<void> {
  await updateRow(table, organizationAccessKey(id), {
    remove: ['refreshing_until'],
    when: equals('refreshing_until', until),
  });
}
