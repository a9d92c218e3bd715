import type { Account } from '../accounts/account.ts';
import { type CalendarAccount, credentialsKeyOf, hashOf } from '../accounts/account-row.ts';
import { findAccountByKey } from '../accounts/account-store.ts';
import { credentialsContext } from '../accounts/credentials-context.ts';
import { type CalendarId, newCalendarId, type ProjectId, randomId } from '../platform/ids.ts';
import { initialSyncState } from '../sync/sync-state.ts';
import type { Calendar, CalendarWindow, Platform } from './calendar.ts';
import { type CalendarDeps, requestSync, syncTimerAt } from './calendar-deps.ts';
import { type CalendarWithSync, insertCalendar } from './calendar-store.ts';

export interface NewCalendar {
  platform: Platform;
  client_id: string;
  client_secret: string;
  refresh_token: string;
  /** The refresh token as it was posted, if the provider has rotated it since. */
  posted_token?: string | undefined;
  platform_uuid?: string | undefined;
  /** Mailbox that the calendar lies in, when it is not the account's own. */
  mailbox?: string | undefined;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
  sync_window?: CalendarWindow | null | undefined;
}

/** A new id is rarely taken, and an account rarely changes; that it happens so often has no other reason than a fault. */
const triesInARow = 4;

/**
 * Stores a calendar, and asks for its first sync at once. It joins the account that has the same credentials, or gets a new
 * one, which has them sealed.
 *
 * @returns null when the project has a calendar with this deduplication key
 */
export async function createCalendar(
  deps: CalendarDeps,
  projectId: ProjectId,
  request: NewCalendar,
  newId: () => CalendarId = newCalendarId,
): Promise<CalendarWithSync | null> {
  for (let tried = 0; tried < triesInARow; tried += 1) {
    const account = await accountOf(deps, projectId, request);
    const created = await addCalendar(deps, projectId, { ...request, account }, newId());
    if (created === 'key_taken') return null;
    if (typeof created === 'object') return created;
  }
  throw new Error('every new id of a calendar is taken, or its account is');
}

/** A calendar of an account. */
export type CalendarOfAccount = Omit<NewCalendar, 'client_secret' | 'refresh_token'> & { account: CalendarAccount };

/** Stores a calendar of an account, and asks for its first sync at once. */
export async function addCalendar(
  deps: CalendarDeps,
  projectId: ProjectId,
  request: CalendarOfAccount,
  id: CalendarId,
): Promise<CalendarWithSync | 'key_taken' | 'id_taken' | 'account_changed' | 'no_app'> {
  const { account } = request;
  const now = deps.clock.stamp();
  const calendar: Calendar = {
    id,
    project_id: projectId,
    account_id: 'join' in account ? account.join : account.create.id,
    platform: request.platform,
    client_id: request.client_id,
    platform_uuid: request.platform_uuid ?? null,
    mailbox: request.mailbox ?? null,
    state: 'connected',
    metadata: request.metadata ?? null,
    deduplication_key: request.deduplication_key ?? null,
    connection_failure_data: null,
    sync_window: request.sync_window ?? null,
    created_at: now,
    updated_at: now,
  };
  const sync = initialSyncState(syncTimerAt(deps.clock));
  const outcome = await insertCalendar(deps.table, calendar, sync, account);
  if (outcome !== 'inserted') return outcome;
  await requestSync(deps, calendar, 'create');
  return { calendar, sync };
}

/** The account with the posted credentials, or a new one. */
async function accountOf(
  { table, envelope, clock }: CalendarDeps,
  projectId: ProjectId,
  { platform, client_id, client_secret, refresh_token, posted_token }: NewCalendar,
): Promise<CalendarAccount> {
  const posted = { client_secret: hashOf(client_secret), refresh_token: hashOf(posted_token ?? refresh_token) };
  const known = await findAccountByKey(table, projectId, credentialsKeyOf({ platform, client_id, posted }));
  if (known) return { join: known };
  const id = randomId('acct');
  const context = credentialsContext({ id, project_id: projectId });
  const clientSecret = await envelope.seal(context, client_secret);
  const refreshToken = await envelope.seal(context, refresh_token, clientSecret);
  const now = clock.stamp();
  const account: Account = {
    id,
    project_id: projectId,
    platform,
    client_id,
    provider_account_id: null,
    account_email: null,
    grant: { kind: 'client', client_secret: clientSecret, refresh_token: refreshToken },
    grant_version: 1,
    calendar_count: 0,
    posted,
    created_at: now,
    updated_at: now,
  };
  return { create: account };
}
