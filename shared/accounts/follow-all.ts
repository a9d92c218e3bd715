import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { AppError } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Account } from './account.ts';
import { putSelection } from './selection-store.ts';

/**
 * Makes all calendars of an account its selection, now and later. A timer applies it, at once for what is not connected yet.
 *
 * @throws AppError `conflict` while a worker applies another selection
 */
export async function followAll(
  { table, clock, newId }: Pick<CalendarDeps, 'table' | 'clock' | 'newId'>,
  { id, project_id }: Account,
): Promise<void> {
  const now = timestampOf(Math.floor(clock.now()));
  const selection = {
    account_id: id,
    project_id,
    choice: 'all' as const,
    version: newId(),
    absent: [],
    failures: 0,
  };
  if (await putSelection(table, selection, now, now)) return;
  throw new AppError('conflict', 'The selection of this account is being applied. Please try again.', {
    retryAfterSeconds: 60,
  });
}
