import { createHash } from 'node:crypto';
import * as z from 'zod';
import { oauthAppKey, oauthAppUseKey } from '../oauth-apps/oauth-app-row.ts';
import { type AccountId, type CalendarId, idOf } from '../platform/ids.ts';
import { absent, exists } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import { projectShards } from '../store/table-schema.ts';
import type { TransactionItem } from '../store/transaction.ts';
import { type Account, accountSchema } from './account.ts';

export const accountPartition = (accountId: string): string => `ACCOUNT#${accountId}`;
export const accountKey = (accountId: string) => ({ PK: accountPartition(accountId), SK: 'ACCOUNT' });

/** Partitions of the project index that list a project's accounts. */
export const accountShards = (projectId: string): string[] =>
  Array.from({ length: projectShards.accounts }, (_, shard) => `${projectId}#ACCOUNT#${shard}`);

const accountRow = defineRow('account', 1, accountSchema);
export const readAccount = accountRow.read;
export const accountFields = accountRow.writeFields;

export const writeAccount = (account: Account): Record<string, unknown> => ({
  ...accountKey(account.id),
  ...accountRow.write(account),
  project_shard: accountShards(account.project_id)[0],
  by_created: `${account.created_at}#${account.id}`,
});

/** Which calendars of the account are connected. */
export const selectionKey = (accountId: string) => ({ PK: accountPartition(accountId), SK: 'SELECTION' });

/** Sort keys of the calendars of an account. */
export const accountCalendarPrefix = 'CALENDAR#';
export const accountCalendarKey = (accountId: string, calendarId: string) => ({
  PK: accountPartition(accountId),
  SK: `${accountCalendarPrefix}${calendarId}`,
});
export const accountCalendarRow = defineRow('calendar of an account', 1, z.object({ calendar_id: idOf('cal') }));

/** SHA-256, in hex. Secrets and what identifies an account are compared by it; the texts are not stored. */
export const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Key of the credentials as they were posted: the same ones are one account. Null: they were not posted. */
export const credentialsKeyOf = ({
  platform,
  client_id,
  posted,
}: Pick<Account, 'platform' | 'client_id' | 'posted'>): string | null =>
  posted && hashOf(JSON.stringify(['posted', platform, client_id, posted.client_secret, posted.refresh_token]));

/** Key of the account at the provider: all consents of a user to an OAuth client are one account. Null: not known. */
export const providerKeyOf = ({
  platform,
  client_id,
  provider_account_id: id,
}: Pick<Account, 'platform' | 'client_id' | 'provider_account_id'>): string | null =>
  id && hashOf(JSON.stringify(['provider', platform, client_id, id]));

/** A row that exists while an account has the key. It makes the key unique, and finds the account. */
export const accountLookupKey = (projectId: string, key: string) => ({
  PK: `DEDUPLICATION#${projectId}#ACCOUNT#${key}`,
  SK: 'DEDUPLICATION',
});
export const accountLookupRow = defineRow('account look-up', 1, z.object({ account_id: idOf('acct') }));

/** Puts the look-up row of a key. @param when no condition: a later account takes the key over */
export const lookupItem = (account: Account, key: string | null, when?: 'absent'): TransactionItem | undefined =>
  key === null
    ? undefined
    : {
        put: { ...accountLookupKey(account.project_id, key), ...accountLookupRow.write({ account_id: account.id }) },
        when: when && absent(),
      };

/** The account of a new calendar: one that exists, or a new one. */
export type CalendarAccount = { join: AccountId } | { create: Account };

/** What a transaction writes to create a calendar of an account. */
type JoinItems = Record<'account' | 'accountCalendar', TransactionItem> &
  Partial<Record<'accountLookup' | 'accountProvider' | 'app' | 'appUse', TransactionItem | undefined>>;

/**
 * What a transaction that creates a calendar writes of its account. Refused `app`: the OAuth app is deleted; any other:
 * another request was first.
 */
export function joinItems(calendarId: CalendarId, account: CalendarAccount): JoinItems {
  const id = 'join' in account ? account.join : account.create.id;
  const row = accountCalendarRow.write({ calendar_id: calendarId });
  const accountCalendar = { put: { ...accountCalendarKey(id, calendarId), ...row } };
  if ('join' in account) {
    const change = { add: { calendar_count: 1 }, when: exists() };
    return { account: { update: accountKey(id), change }, accountCalendar };
  }
  const { grant, project_id: project } = account.create;
  return {
    account: { put: writeAccount({ ...account.create, calendar_count: 1 }), when: absent() },
    accountLookup: lookupItem(account.create, credentialsKeyOf(account.create), 'absent'),
    accountProvider: lookupItem(account.create, providerKeyOf(account.create), 'absent'),
    ...(grant.kind === 'oauth_app' && {
      app: { check: oauthAppKey(project, grant.oauth_app_id), when: exists() },
      appUse: { put: oauthAppUseKey(grant.oauth_app_id, id) },
    }),
    accountCalendar,
  };
}
