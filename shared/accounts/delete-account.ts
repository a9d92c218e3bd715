import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { readCalendars } from '../calendars/calendar-look-up-store.ts';
import { deleteCalendar } from '../calendars/delete-calendar.ts';
import type { CalendarId } from '../platform/ids.ts';
import type { Account } from './account.ts';
import { listAccountCalendars, removeEmptyAccount } from './account-store.ts';

/**
 * Deletes calendars of an account as a user does. A calendar that is deleted already is left alone.
 *
 * @param freePlace called for each calendar that this call has deleted
 */
export async function disconnectCalendars(
  deps: CalendarDeps,
  { project_id: project }: Pick<Account, 'project_id'>,
  ids: CalendarId[],
  freePlace: () => Promise<void>,
): Promise<void> {
  for (const calendar of (await readCalendars(deps.table, project, ids)).values()) {
    if (await deleteCalendar(deps, calendar)) await freePlace();
  }
}

/** Deletes an account with its calendars. Its secrets go with its last calendar, when that is purged. */
export async function deleteAccount(
  deps: CalendarDeps,
  account: Account,
  freePlace: () => Promise<void>,
): Promise<void> {
  await disconnectCalendars(deps, account, await listAccountCalendars(deps.table, account.id), freePlace);
  await removeEmptyAccount(deps.table, account);
}
