import type { Account } from '../accounts/account.ts';
import { findAccount, listAccountCalendars, loadAccount, removeEmptyAccount } from '../accounts/account-store.ts';
import { changeGrant } from '../accounts/change-grant.ts';
import { connectAccount } from '../accounts/connect-account.ts';
import { connectCalendars, type WantedCalendar } from '../accounts/connect-calendars.ts';
import { followAll } from '../accounts/follow-all.ts';
import { wantedOf } from '../accounts/selection.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { AppError } from '../platform/app-error.ts';
import type { CalendarId } from '../platform/ids.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { ConnectPageDeps, ExpectedAccount } from './connect-deps.ts';
import type { ConnectSession } from './connect-session.ts';

type Deps = CalendarDeps & { limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'> };

/** The account of the calendar that a session reconnects. @returns null when the calendar is deleted */
async function findExpected({ table }: Pick<Deps, 'table'>, session: ConnectSession): Promise<Account | null> {
  const { project_id: project, calendar_id: id } = session;
  if (id === null) return null;
  const calendar = (await readCalendars(table, project, [id])).get(id);
  return calendar ? findAccount(table, project, calendar.account_id) : null;
}

/** The same, with the calendars of the account. */
export async function expectedAccount(
  deps: Pick<Deps, 'table'>,
  session: ConnectSession,
): Promise<ExpectedAccount | null> {
  const account = await findExpected(deps, session);
  if (!account) return null;
  const ids = await listAccountCalendars(deps.table, account.id);
  return { ...account, calendars: [...(await readCalendars(deps.table, session.project_id, ids)).values()] };
}

/** Stores the account of a consent, or its new grant, and connects calendars of it (`connect-deps.ts`). */
export function createConnect(deps: Deps): ConnectPageDeps['connect'] {
  return async (session, app, granted, chosen) => {
    const { project_id: project } = session;
    const refreshToken = granted.refreshToken;
    if (session.calendar_id !== null) {
      const expected = await findExpected(deps, session);
      if (!expected) return { calendarIds: [], refused: new AppError('not_found', 'Calendar not found') };
      // An account of explicit credentials keeps them, with the new token of the same user.
      if (expected.grant.kind === 'client') {
        await changeGrant(deps, expected.id, { refresh_token: refreshToken });
        return reconnected(deps, session, expected);
      }
    }
    const wanted = (chosen?.map(wantedOf) ?? [{ platform_uuid: null }]).map(
      (calendar, index): WantedCalendar => ({
        ...calendar,
        metadata: session.metadata ?? undefined,
        // A try before has given it to another calendar.
        deduplication_key:
          index + session.calendar_ids.length === 0 ? (session.deduplication_key ?? undefined) : undefined,
      }),
    );
    const consent = {
      platform: app.platform,
      oauth_app_id: app.id,
      client_id: app.client_id,
      provider_account_id: granted.account.id,
      // What a token of Microsoft says proves nothing (`prove-account.ts`): the first sync reads the address of the mailbox.
      account_email: app.platform === 'google' ? granted.account.email : null,
      refresh_token: refreshToken,
    };
    const calendarIds: CalendarId[] = [];
    let account: Account | null = null;
    try {
      // An account that is removed meanwhile is not reconnected.
      const first = session.calendar_id === null ? (wanted[0] ?? null) : null;
      account = await connectAccount(deps, project, consent, first);
      if (session.calendar_id !== null) return await reconnected(deps, session, account);
      await connectCalendars(deps, account, wanted, (id) => calendarIds.push(id));
      if (session.selection === 'all') await followAll(deps, account, session.metadata);
      return { calendarIds, refused: null };
    } catch (error) {
      if (account) await removeUnused(deps, account);
      if (!(error instanceof AppError)) throw error;
      return { calendarIds, refused: error };
    }
  };
}

/** No calendar could be connected: the token of an account that has none is not kept. */
async function removeUnused({ table }: Deps, { id }: Account): Promise<void> {
  const account = await loadAccount(table, id);
  if (account) await removeEmptyAccount(table, account);
}

/** All calendars of an account that is reconnected; the one that was asked for comes first. */
async function reconnected(
  { table }: Deps,
  session: ConnectSession,
  account: Account,
): Promise<{ calendarIds: CalendarId[]; refused: null }> {
  const ids = await listAccountCalendars(table, account.id);
  const visible = await readCalendars(table, session.project_id, ids);
  const others = ids.filter((id) => id !== session.calendar_id && visible.has(id));
  return { calendarIds: session.calendar_id === null ? others : [session.calendar_id, ...others], refused: null };
}
