import { type CalendarDeps, requestSync, syncTimerAt } from '../calendars/calendar-deps.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { overtakeSync } from '../calendars/calendar-store.ts';
import { invalidFields } from '../platform/app-error.ts';
import type { CalendarId } from '../platform/ids.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Account, Grant } from './account.ts';
import { hashOf } from './account-row.ts';
import { listAccountCalendars, loadAccount, replaceGrant } from './account-store.ts';
import { credentialsContext } from './credentials-context.ts';

/** New credentials of a user. What is absent stays. */
export interface NewCredentials {
  client_secret?: string | undefined;
  refresh_token?: string | undefined;
}

/**
 * Gives an account new credentials. All its calendars are synced at once, so that disconnected ones come back. A run with the
 * former credentials commits nothing any more.
 *
 * @param except a calendar that the caller syncs
 * @returns the account; null when it is removed meanwhile
 */
export async function changeGrant(
  deps: CalendarDeps,
  accountId: string,
  credentials: NewCredentials,
  except?: CalendarId,
): Promise<Account | null> {
  const { table, clock } = deps;
  const changed = await retryLostRace(async () => {
    const before = await loadAccount(table, accountId);
    if (!before) return null;
    const grant = await sealGrant(deps, before, credentials);
    const { client_secret: secret, refresh_token: token } = credentials;
    const after: Account = {
      ...before,
      grant,
      grant_version: before.grant_version + 1,
      posted: before.posted && {
        client_secret: secret === undefined ? before.posted.client_secret : hashOf(secret),
        refresh_token: token === undefined ? before.posted.refresh_token : hashOf(token),
      },
      updated_at: clock.stamp(),
    };
    return (await replaceGrant(table, before, after)) ? after : lostRace;
  });
  if (changed) await syncAccount(deps, changed, except);
  return changed;
}

/** The grant with its new credentials. @throws AppError 400 for those that belong to an OAuth app or an organization */
async function sealGrant(
  { envelope }: CalendarDeps,
  account: Account,
  { client_secret: secret, refresh_token: token }: NewCredentials,
): Promise<Grant> {
  const { grant } = account;
  const context = credentialsContext(account);
  if (grant.kind === 'organization') {
    const text = [`Change the key of ${grant.organization_id} instead.`];
    const faults = {
      ...(secret !== undefined && { client_secret: text }),
      ...(token !== undefined && { refresh_token: text }),
    };
    if (Object.keys(faults).length > 0) throw invalidFields(faults);
    return grant;
  }
  if (grant.kind === 'oauth_app') {
    if (secret !== undefined)
      throw invalidFields({ client_secret: [`Change the secret of ${grant.oauth_app_id} instead.`] });
    return token === undefined ? grant : { ...grant, refresh_token: await envelope.seal(context, token) };
  }
  const clientSecret = secret === undefined ? grant.client_secret : await envelope.seal(context, secret);
  const keyOf = secret === undefined ? undefined : clientSecret;
  const refreshToken = token === undefined ? grant.refresh_token : await envelope.seal(context, token, keyOf);
  return { ...grant, client_secret: clientSecret, refresh_token: refreshToken };
}

/** Syncs all calendars of an account with its new grant. */
export async function syncAccount(deps: CalendarDeps, account: Account, except?: CalendarId): Promise<void> {
  const ids = (await listAccountCalendars(deps.table, account.id)).filter((id) => id !== except);
  const calendars = await readCalendars(deps.table, account.project_id, ids);
  for (const calendar of calendars.values()) {
    const isThere = await overtakeSync(deps.table, calendar, syncTimerAt(deps.clock));
    if (isThere) await requestSync(deps, calendar, 'patch');
  }
}
