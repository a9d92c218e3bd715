import { type CalendarDeps, requestSync, syncTimerAt } from '../calendars/calendar-deps.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { overtakeSync } from '../calendars/calendar-store.ts';
import type { CalendarId } from '../platform/ids.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Sealed } from '../platform/sealed.ts';
import { type Account, accountContext } from './account.ts';
import { hashOf } from './account-row.ts';
import { listAccountCalendars, loadAccount, replaceGrant } from './account-store.ts';

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
  const { table, envelope, clock } = deps;
  const changed = await retryLostRace(async () => {
    const before = await loadAccount(table, accountId);
    if (!before) return null;
    const context = accountContext(before);
    const seal = async (secret: string | undefined, keyOf?: Sealed): Promise<Sealed | undefined> =>
      secret === undefined ? undefined : envelope.seal(context, secret, keyOf);
    const { client_secret: secret, refresh_token: token } = credentials;
    const clientSecret = (await seal(secret)) ?? before.grant.client_secret;
    const refreshToken = (await seal(token, clientSecret)) ?? before.grant.refresh_token;
    const after: Account = {
      ...before,
      grant: { ...before.grant, client_secret: clientSecret, refresh_token: refreshToken },
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

/** Syncs all calendars of an account with its new grant. */
async function syncAccount(deps: CalendarDeps, account: Account, except?: CalendarId): Promise<void> {
  const ids = (await listAccountCalendars(deps.table, account.id)).filter((id) => id !== except);
  const calendars = await readCalendars(deps.table, account.project_id, ids);
  for (const calendar of calendars.values()) {
    const isThere = await overtakeSync(deps.table, calendar, syncTimerAt(deps.clock));
    if (isThere) await requestSync(deps, calendar, 'patch');
  }
}
