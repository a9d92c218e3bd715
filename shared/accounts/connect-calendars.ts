import { freeCalendarPlace, takeCalendarPlace } from '../calendars/calendar-count-store.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { findCalendarByKey, readCalendars } from '../calendars/calendar-look-up-store.ts';
import { addCalendar } from '../calendars/create-calendar.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { type CalendarId, newCalendarId } from '../platform/ids.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { Account } from './account.ts';
import { listAccountCalendars } from './account-store.ts';

/** A calendar of an account's list at the provider. */
export interface WantedCalendar {
  /** Null: the primary calendar of the account. */
  platform_uuid: string | null;
  /** The Microsoft mailbox that the calendar is in, where it is not that of the account. */
  mailbox?: string | undefined;
  metadata?: Record<string, string> | undefined;
  deduplication_key?: string | undefined;
}

/**
 * Connects calendars of an account, and syncs them at once. One that is connected already stays as it is, so it may be called
 * again after a crash.
 *
 * @returns their ids, in the order of the wanted ones
 * @throws AppError `throttled` when the project has too many calendars, 400 when a deduplication key is taken
 */
export async function connectCalendars(
  deps: CalendarDeps & { limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'> },
  account: Account,
  wanted: WantedCalendar[],
): Promise<CalendarId[]> {
  const { table, clock, limiter } = deps;
  const { project_id: project, platform, client_id } = account;
  const existing = await readCalendars(table, project, await listAccountCalendars(table, account.id));
  const ids: CalendarId[] = [];
  for (const { mailbox, platform_uuid: uuid, ...more } of wanted) {
    const known = [...existing.values()].find((one) => one.platform_uuid === uuid && one.mailbox === (mailbox ?? null));
    if (known) {
      ids.push(known.id);
      continue;
    }
    const limit = await limiter.limitOf(project, 'calendars');
    if (!(await takeCalendarPlace(table, project, limit, clock.now()))) throw limiter.refuse(project, 'calendars');
    const request = { platform, client_id, platform_uuid: uuid ?? undefined, mailbox, ...more };
    const added = await addCalendar(deps, project, { ...request, account: { join: account.id } }, newCalendarId());
    if (typeof added === 'object') {
      ids.push(added.calendar.id);
      existing.set(added.calendar.id, added.calendar);
      continue;
    }
    await freeCalendarPlace(table, project);
    if (added === 'key_taken') throw await keyTaken(deps, project, more.deduplication_key ?? '');
    throw new AppError('conflict', 'The account was changed meanwhile. Please try again.', { retryAfterSeconds: 1 });
  }
  return ids;
}

async function keyTaken({ table }: CalendarDeps, projectId: string, key: string): Promise<AppError> {
  const existingId = await findCalendarByKey(table, projectId, key);
  const text = 'A calendar with this deduplication key already exists in this project.';
  return invalidFields({ deduplication_key: [text] }, existingId === null ? {} : { existingId });
}
