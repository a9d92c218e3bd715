import type { Calendar } from '../calendars/calendar.ts';
import { freeCalendarPlace, takeCalendarPlace } from '../calendars/calendar-count-store.ts';
import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { findCalendarByKey, readCalendars } from '../calendars/calendar-look-up-store.ts';
import { addCalendar } from '../calendars/create-calendar.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { type CalendarId, newCalendarId } from '../platform/ids.ts';
import type { ProjectLimiter } from '../projects/limit-project.ts';
import type { Account } from './account.ts';
import type { CalendarAccount } from './account-row.ts';
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

export type ConnectCalendarsDeps = CalendarDeps & { limiter: Pick<ProjectLimiter, 'limitOf' | 'refuse'> };

/**
 * Stores a new account together with its first calendar, so that a crash leaves no account without calendars.
 *
 * @returns false when another request was first
 * @throws AppError as `connectCalendars`, and `not_found` when the OAuth app is deleted
 */
export const createAccount = async (
  deps: ConnectCalendarsDeps,
  account: Account,
  first: WantedCalendar,
): Promise<boolean> => (await connectOne(deps, account, first, { create: account })) !== 'account_changed';

/**
 * Connects calendars of an account, and syncs them at once. One that is connected already stays as it is, so it may be called
 * again after a crash.
 *
 * @param onConnected called with each one that is connected, in the order of the wanted ones, also when a later one cannot be
 * @throws AppError `throttled` when the project has too many calendars, 400 when a deduplication key is taken
 */
export async function connectCalendars(
  deps: ConnectCalendarsDeps,
  account: Account,
  wanted: WantedCalendar[],
  onConnected: (id: CalendarId) => void = () => {},
): Promise<void> {
  const { table } = deps;
  const existing = await readCalendars(table, account.project_id, await listAccountCalendars(table, account.id));
  for (const one of wanted) {
    const known = [...existing.values()].find(
      ({ platform_uuid: uuid, mailbox }) => uuid === one.platform_uuid && mailbox === (one.mailbox ?? null),
    );
    const calendar = known ?? (await connectOne(deps, account, one, { join: account.id }));
    if (calendar === 'account_changed') {
      throw new AppError('conflict', 'The account was changed meanwhile. Please try again.', { retryAfterSeconds: 1 });
    }
    existing.set(calendar.id, calendar);
    onConnected(calendar.id);
  }
}

/** Connects a calendar that counts as one of its project's. */
async function connectOne(
  deps: ConnectCalendarsDeps,
  { project_id: project, platform, client_id }: Account,
  { mailbox, platform_uuid: uuid, ...more }: WantedCalendar,
  account: CalendarAccount,
): Promise<Calendar | 'account_changed'> {
  const { table, clock, limiter } = deps;
  const limit = await limiter.limitOf(project, 'calendars');
  if (!(await takeCalendarPlace(table, project, limit, clock.now()))) throw limiter.refuse(project, 'calendars');
  const request = { platform, client_id, platform_uuid: uuid ?? undefined, mailbox, ...more, account };
  const added = await addCalendar(deps, project, request, newCalendarId());
  if (typeof added === 'object') return added.calendar;
  await freeCalendarPlace(table, project);
  if (added === 'key_taken') throw await keyTaken(deps, project, more.deduplication_key ?? '');
  if (added === 'no_app') throw new AppError('not_found', 'OAuth app not found');
  // A new id that is taken is as good as an account that has changed: it is tried again.
  return 'account_changed';
}

async function keyTaken({ table }: CalendarDeps, projectId: string, key: string): Promise<AppError> {
  const existingId = await findCalendarByKey(table, projectId, key);
  const text = 'A calendar with this deduplication key already exists in this project.';
  return invalidFields({ deduplication_key: [text] }, existingId === null ? {} : { existingId });
}
