import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { oauthAppUseKey } from '../oauth-apps/oauth-app-row.ts';
import { type AccountId, type CalendarId, isId } from '../platform/ids.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, any, atMost, equals, exists } from '../store/expression.ts';
import { readOrderedPage } from '../store/ordered-page.ts';
import { type Page, type PageCursor, pageOf } from '../store/page.ts';
import { queryRows } from '../store/query-rows.ts';
import { readableRows } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { deleteRow, updateRow } from '../store/write-row.ts';
import { accessKey, refreshKey } from './access-store.ts';
import type { Account } from './account.ts';
import {
  accountCalendarKey,
  accountCalendarPrefix,
  accountCalendarRow,
  accountFields,
  accountKey,
  accountLookupKey,
  accountLookupRow,
  accountPartition,
  accountShards,
  credentialsKeyOf,
  lookupItem,
  providerKeyOf,
  readAccount,
  selectionKey,
} from './account-row.ts';

/** One strongly consistent read. @returns null when the account is absent @throws UnreadableRow */
export async function loadAccount(table: Table, id: string): Promise<Account | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: accountKey(id), ConsistentRead: true }),
  );
  return Item ? readAccount(Item) : null;
}

/** The same, for users: null also when the account belongs to another project. */
export async function findAccount(table: Table, projectId: string, id: string): Promise<Account | null> {
  const account = isId('acct', id) ? await loadAccount(table, id) : null;
  return account?.project_id === projectId ? account : null;
}

/** @param key of `credentialsKeyOf` or `providerKeyOf` @returns id of the account that has it, or null */
export async function findAccountByKey(table: Table, projectId: string, key: string | null): Promise<AccountId | null> {
  if (key === null) return null;
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: accountLookupKey(projectId, key), ConsistentRead: true }),
  );
  return Item ? accountLookupRow.read(Item).account_id : null;
}

/** A page of a project's accounts, newest first. */
export async function listAccounts(
  table: Table,
  projectId: string,
  cursor: PageCursor | null,
  limit: number,
): Promise<Page<Account>> {
  const { rows, end } = await readOrderedPage(table, {
    index: 'project-by-created',
    partitionAttribute: 'project_shard',
    partitions: accountShards(projectId),
    sortAttribute: 'by_created',
    ascending: cursor?.direction === 'back',
    from: cursor,
    limit,
  });
  const stored = await getAllRows(
    table,
    rows.map(({ PK, SK }) => ({ PK, SK })),
  );
  const accounts = new Map(
    readableRows(table, stored, readAccount).map((account) => [accountKey(account.id).PK, account]),
  );
  const found = rows.flatMap(({ PK, by_created }) => {
    const account = accounts.get(PK);
    return account ? [{ account, position: String(by_created) }] : [];
  });
  const page = { rows: found.map(({ account }) => account), positions: found.map(({ position }) => position), end };
  return pageOf(page, cursor);
}

/** Ids of the calendars of an account, those included that wait for their purge. */
export async function listAccountCalendars(table: Table, accountId: string): Promise<CalendarId[]> {
  const rows = await queryRows(table, accountPartition(accountId), accountCalendarPrefix);
  return readableRows(table, rows, accountCalendarRow.read).map(({ calendar_id: id }) => id);
}

/**
 * Gives an account another grant, if no other request did so since it was read. A token of the former one is not used any
 * more. A calendar that is posted with the new credentials joins the account.
 *
 * @returns false when the account was changed or removed meanwhile
 */
export async function replaceGrant(table: Table, before: Account, after: Account): Promise<boolean> {
  const [former, key] = [credentialsKeyOf(before), credentialsKeyOf(after)];
  const { grant, grant_version, posted, account_email, updated_at } = after;
  const refused = await transact(table, {
    account: {
      update: accountKey(before.id),
      change: {
        set: accountFields({ grant, grant_version, posted, account_email, updated_at }),
        when: equals('grant_version', before.grant_version),
      },
    },
    lookup: key === former ? undefined : lookupItem(after, key),
    ...moveUse(before, after),
  });
  if (refused.length > 0) return false;
  if (key !== former) await freeKey(table, before, former);
  return true;
}

/** A grant of another OAuth app: the row that keeps the app from being deleted moves. */
function moveUse({ grant: former, id }: Account, { grant }: Account) {
  const [from, to] = [former, grant].map((one) => (one.kind === 'oauth_app' ? one.oauth_app_id : null));
  if (from === to) return {};
  return {
    formerUse: from ? { delete: oauthAppUseKey(from, id) } : undefined,
    use: to ? { put: oauthAppUseKey(to, id) } : undefined,
  };
}

/** Frees a key, unless another account has taken it over. */
async function freeKey(table: Table, account: Account, key: string | null): Promise<void> {
  if (key === null) return;
  await deleteRow(table, accountLookupKey(account.project_id, key), equals('account_id', account.id));
}

/**
 * Stores a grant whose refresh token the provider has rotated.
 *
 * @returns false when the account has another grant meanwhile, or another worker has stored one
 */
export async function saveRotated(table: Table, before: Account, grant: Account['grant']): Promise<boolean> {
  const isUnchanged = equals('grant', accountFields({ grant: before.grant })['grant']);
  return (await updateRow(table, accountKey(before.id), { set: accountFields({ grant }), when: isUnchanged })).done;
}

/** Stores the address of an account whose provider did not name it before. */
export async function saveAccountEmail(table: Table, accountId: string, email: string): Promise<void> {
  const change = { set: accountFields({ account_email: email }), when: all(exists(), equals('account_email', null)) };
  await updateRow(table, accountKey(accountId), change);
}

/**
 * A calendar of the account is purged. The last one takes the account with it. It may be called again after a crash.
 *
 * @returns whether the account is removed
 */
export async function leaveAccount(table: Table, accountId: string, calendarId: string): Promise<boolean> {
  await transact(table, {
    calendar: { delete: accountCalendarKey(accountId, calendarId), when: exists() },
    account: { update: accountKey(accountId), change: { add: { calendar_count: -1 }, when: exists() } },
  });
  const account = await loadAccount(table, accountId);
  return account === null || removeEmptyAccount(table, account);
}

/**
 * Removes an account and its secrets, unless it has a calendar. Its keys go first: a calendar that is posted meanwhile
 * gets another account.
 *
 * @returns whether the account is removed
 */
export async function removeEmptyAccount(table: Table, account: Account): Promise<boolean> {
  if (account.calendar_count > 0) return false;
  await freeKey(table, account, credentialsKeyOf(account));
  await freeKey(table, account, providerKeyOf(account));
  const { grant } = account;
  const refused = await transact(table, {
    account: { delete: accountKey(account.id), when: any(absent(), atMost('calendar_count', 0)) },
    access: { delete: accessKey(account.id) },
    refresh: { delete: refreshKey(account.id) },
    selection: { delete: selectionKey(account.id) },
    use: grant.kind === 'oauth_app' ? { delete: oauthAppUseKey(grant.oauth_app_id, account.id) } : undefined,
  });
  return refused.length === 0;
}
