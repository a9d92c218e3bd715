import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { equals } from '../store/expression.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { subsetIndex } from '../store/table-schema.ts';
import { type TransactionItem, transact } from '../store/transaction.ts';
import { deleteRow } from '../store/write-row.ts';
import type { Following, Mailbox, Organization } from './organization.ts';
import {
  followingKey,
  mailboxKey,
  mailboxPrefix,
  mailboxRow,
  organizationAccessKey,
  organizationKey,
  organizationLookupKey,
  organizationPartition,
  userListKey,
  writeMailbox,
} from './organization-row.ts';
import { followingItem } from './organization-store.ts';

/** A transaction has at most a hundred writes. One of them is how far the connection is. */
export const mostMailboxes = 99;

/** Mailboxes by the ids of their users. */
export async function readMailboxes(table: Table, id: string, userIds: string[]): Promise<Map<string, Mailbox>> {
  const keys = userIds.map((userId) => mailboxKey(id, userId));
  const found = readableRows(table, await getAllRows(table, keys), mailboxRow.read);
  return new Map(found.map((mailbox) => [mailbox.user_id, mailbox]));
}

/**
 * Mailboxes that are not connected, in the order of the times at which they are tried.
 *
 * @returns those that are due; and when there are none, the time of the first one, or null
 */
export async function readDueMailboxes(
  table: Table,
  id: string,
  by: Timestamp,
  limit: number,
): Promise<{ due: Mailbox[]; next: Timestamp | null }> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      IndexName: subsetIndex.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': organizationPartition(id) },
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const times = Items.map((row) => String(row[subsetIndex.attribute]).slice(0, by.length) as Timestamp);
  const ids = Items.map(({ SK }) => String(SK).slice(mailboxPrefix.length)).filter((_, at) => (times[at] ?? by) <= by);
  const found = await readMailboxes(table, id, ids);
  return { due: [...found.values()], next: times[0] ?? null };
}

/** Mailboxes in the order of their ids. @param after the last one of the page before */
export async function pageMailboxes(
  table: Table,
  id: string,
  after: string | null,
  limit: number,
): Promise<{ mailboxes: Mailbox[]; last: string | null }> {
  const { Items = [], LastEvaluatedKey } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk AND begins_with(SK, :prefix)',
      ExpressionAttributeValues: { ':pk': organizationPartition(id), ':prefix': mailboxPrefix },
      ...(after !== null && { ExclusiveStartKey: mailboxKey(id, after) }),
      ConsistentRead: true,
      Limit: limit,
    }),
  );
  const last = LastEvaluatedKey ? String(LastEvaluatedKey['SK']).slice(mailboxPrefix.length) : null;
  return { mailboxes: readableRows(table, Items, mailboxRow.read), last };
}

/**
 * Writes mailboxes together with how far the connection is, so that the numbers are exact after every crash.
 *
 * @param changes the mailbox after the change; null: it is removed
 * @returns false when another worker or a request has changed the connection since it was read
 */
export async function saveMailboxes(
  table: Table,
  organization: Organization,
  { before, after, dueAt }: { before: Following; after: Following; dueAt: Timestamp | null },
  changes: Map<string, Mailbox | null>,
): Promise<boolean> {
  const items = [...changes].map(([userId, mailbox]): [string, TransactionItem] => [
    userId,
    mailbox ? { put: writeMailbox(organization.id, mailbox) } : { delete: mailboxKey(organization.id, userId) },
  ]);
  const refused = await transact(table, {
    ...Object.fromEntries(items),
    '': followingItem(organization, before, after, dueAt),
  });
  return refused.length === 0;
}

/** Removes the rows of a connection that has no mailboxes any more. */
export async function removeOrganization(table: Table, organization: Organization, version: number): Promise<boolean> {
  const { id, project_id, deduplication_key: key } = organization;
  for (const own of [userListKey(id), organizationAccessKey(id)]) await deleteRow(table, own);
  const refused = await transact(table, {
    following: { delete: followingKey(id), when: equals('version', version) },
    organization: { delete: organizationKey({ id, project_id }) },
    lookup: key === null ? undefined : { delete: organizationLookupKey(project_id, key) },
  });
  return refused.length === 0;
}
