import type { CalendarDeps } from '../calendars/calendar-deps.ts';
import { AppError } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { Account } from './account.ts';
import { newSelection, type Selection } from './selection.ts';
import { putSelection } from './selection-store.ts';

/**
 * Makes all calendars of an account its selection, now and later. A timer applies it, at once for what is not connected yet.
 *
 * @param metadata of the calendars that are connected later
 * @throws AppError `conflict` while a worker applies another selection
 */
export async function followAll(
  { table, clock, newId }: Pick<CalendarDeps, 'table' | 'clock' | 'newId'>,
  account: Account,
  metadata: Selection['metadata'],
): Promise<void> {
  const now = timestampOf(Math.floor(clock.now()));
  const selection = newSelection(account, { choice: 'all', version: newId(), metadata });
  if (await putSelection(table, selection, now, now)) return;
  throw new AppError('conflict', 'The selection of this account is being applied. Please try again.', {
    retryAfterSeconds: 60,
  });
}
