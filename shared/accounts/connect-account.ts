import type { Platform } from '../calendars/calendar.ts';
import { AppError } from '../platform/app-error.ts';
import { type Id, type ProjectId, randomId } from '../platform/ids.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Account } from './account.ts';
import { providerKeyOf } from './account-row.ts';
import { findAccountByKey, loadAccount, replaceGrant } from './account-store.ts';
import { syncAccount } from './change-grant.ts';
import { type ConnectCalendarsDeps, createAccount, type WantedCalendar } from './connect-calendars.ts';
import { credentialsContext } from './credentials-context.ts';

/** A consent that a user has just given. */
export interface Consent {
  platform: Platform;
  oauth_app_id: Id<'oapp'>;
  /** Of the OAuth app. */
  client_id: string;
  /** Google: `sub`; Microsoft: `<tid>.<oid>`. */
  provider_account_id: string;
  account_email: string | null;
  refresh_token: string;
}

/**
 * Stores the account of a consent, together with its first calendar. A user who consents again renews the grant of the
 * account that exists: all its calendars are synced with it at once. The provider is not asked. It may be called again after
 * a crash.
 *
 * @param first of an account that is new; null: none is created
 * @throws AppError when the first calendar cannot be connected; `not_found` when the OAuth app is deleted, or no account may be created
 */
export async function connectAccount(
  deps: ConnectCalendarsDeps,
  projectId: ProjectId,
  consent: Consent,
  first: WantedCalendar | null,
): Promise<Account> {
  const { table, envelope, clock } = deps;
  const { platform, client_id, provider_account_id, oauth_app_id, account_email, refresh_token } = consent;
  const names = { platform, client_id, provider_account_id };
  const connected = await retryLostRace(async () => {
    const known = await findAccountByKey(table, projectId, providerKeyOf(names));
    const before = known && (await loadAccount(table, known));
    const id = before?.id ?? randomId('acct');
    const sealed = await envelope.seal(credentialsContext({ id, project_id: projectId }), refresh_token);
    const now = clock.stamp();
    const after: Account = {
      ...names,
      calendar_count: 0,
      created_at: now,
      ...before,
      id,
      project_id: projectId,
      account_email: account_email ?? before?.account_email ?? null,
      grant: { kind: 'oauth_app', oauth_app_id, refresh_token: sealed },
      grant_version: (before?.grant_version ?? 0) + 1,
      posted: null,
      updated_at: now,
    };
    if (before) return (await replaceGrant(table, before, after)) ? { account: after, isNew: false } : lostRace;
    if (!first) throw new AppError('not_found', 'Account not found');
    return (await createAccount(deps, after, first)) ? { account: after, isNew: true } : lostRace;
  });
  if (!connected.isNew) await syncAccount(deps, connected.account);
  return connected.account;
}
