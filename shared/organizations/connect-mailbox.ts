import type { Account } from '../accounts/account.ts';
import { providerKeyOf } from '../accounts/account-row.ts';
import { findAccountByKey, loadAccount, removeEmptyAccount, replaceGrant } from '../accounts/account-store.ts';
import { syncAccount } from '../accounts/change-grant.ts';
import { connectCalendars, createAccount, type WantedCalendar } from '../accounts/connect-calendars.ts';
import { deleteAccount } from '../accounts/delete-account.ts';
import { freeCalendarPlace } from '../calendars/calendar-count-store.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { AppError } from '../platform/app-error.ts';
import { type AccountId, randomId } from '../platform/ids.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { CalendarProvider } from '../providers/calendar-provider.ts';
import type { Providers } from '../providers/providers.ts';
import { type AuthorizeDeps, authorizeOrganization } from './authorize-organization.ts';
import { MailboxRefused } from './mailbox-refused.ts';
import type { Mailbox, Organization } from './organization.ts';

export type ConnectDeps = CalendarDeps &
  Omit<AuthorizeDeps, 'providers'> & {
    providers: Record<keyof Providers, Pick<CalendarProvider, 'authorizeOrganization' | 'describe' | 'readDirectory'>>;
    limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'>;
  };

/** Reads the calendar list of a mailbox: it exists, and the grant reaches it. One token and one request. @throws ProviderError */
export async function lookAtMailbox(deps: ConnectDeps, organization: Organization, mailbox: string): Promise<void> {
  const { platform } = organization;
  const { token } = await authorizeOrganization(deps, organization, mailbox);
  await deps.providers[platform].describe(token, { uuid: null, mailbox: platform === 'microsoft' ? mailbox : null });
}

/**
 * Connects the primary calendar of a mailbox that can be read, with an account of its user. It may be called again after a
 * crash, and when the address of the user has changed.
 *
 * @throws ProviderError when it cannot be read
 * @throws MailboxRefused when the user is connected in another way, or the project has too many calendars
 */
export async function connectMailbox(
  deps: ConnectDeps,
  organization: Organization,
  mailbox: Mailbox,
): Promise<AccountId> {
  await lookAtMailbox(deps, organization, mailbox.mailbox);
  const { metadata, platform } = organization;
  const calendar = {
    platform_uuid: null,
    ...(platform === 'microsoft' && { mailbox: mailbox.mailbox }),
    ...(metadata && { metadata }),
  };
  let account: Account | null = null;
  try {
    account = await accountOf(deps, organization, mailbox, calendar);
    await connectCalendars(deps, account, [calendar]);
    return account.id;
  } catch (error) {
    if (!(error instanceof AppError && error.code === 'throttled')) throw error;
    if (account) await removeEmptyAccount(deps.table, account);
    throw new MailboxRefused('limit_reached', 'the project has as many calendars as it may');
  }
}

/** Deletes the account of a mailbox with its calendars, unless it has another grant by now. It may be called again. */
export async function disconnectMailbox(
  deps: ConnectDeps,
  organization: Organization,
  mailbox: Mailbox,
): Promise<void> {
  const { table } = deps;
  const key = providerKeyOf(namesOf(organization, mailbox));
  // A crash may have kept the account from being noted.
  const id = mailbox.account_id ?? (await findAccountByKey(table, organization.project_id, key));
  const account = id && (await loadAccount(table, id));
  if (!account || !isOf(organization, account)) return;
  await deleteAccount(deps, account, () => freeCalendarPlace(table, organization.project_id));
}

const namesOf = ({ platform, identity }: Organization, { user_id }: Mailbox) => ({
  platform,
  client_id: identity.client_id,
  provider_account_id: identity.platform === 'microsoft' ? `${identity.tenant}.${user_id}` : user_id,
});

const isOf = ({ id }: Organization, { grant }: Account): boolean =>
  grant.kind === 'organization' && grant.organization_id === id;

/** The account of a user: the one that exists, or a new one with its calendar. */
function accountOf(
  deps: ConnectDeps,
  organization: Organization,
  mailbox: Mailbox,
  calendar: WantedCalendar,
): Promise<Account> {
  const { table, clock } = deps;
  const { id: organization_id, project_id } = organization;
  const names = namesOf(organization, mailbox);
  const grant = { kind: 'organization', organization_id, mailbox: mailbox.mailbox } as const;
  return retryLostRace(async () => {
    const known = await findAccountByKey(table, project_id, providerKeyOf(names));
    const before = known && (await loadAccount(table, known));
    const now = clock.stamp();
    if (!before) {
      const account: Account = {
        ...names,
        id: randomId('acct'),
        project_id,
        account_email: mailbox.email,
        grant,
        grant_version: 1,
        calendar_count: 0,
        posted: null,
        created_at: now,
        updated_at: now,
      };
      return (await createAccount(deps, account, calendar)) ? account : lostRace;
    }
    if (!isOf(organization, before)) {
      throw new MailboxRefused('already_connected', `the user is connected already, by ${before.id}`);
    }
    if (before.grant.kind === 'organization' && before.grant.mailbox === mailbox.mailbox) return before;
    const grant_version = before.grant_version + 1;
    const after = { ...before, account_email: mailbox.email, grant, grant_version, updated_at: now };
    if (!(await replaceGrant(table, before, after))) return lostRace;
    await syncAccount(deps, after);
    return after;
  });
}
