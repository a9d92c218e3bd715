import { accountTimingMs } from '../platform/account-timing.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { CalendarList } from '../providers/calendar-provider.ts';
import type { Account } from './account.ts';
import { applySelection, postponeSelection, type SelectionDeps } from './apply-selection.ts';
import type { SelectionChoice } from './selection.ts';
import { putSelection } from './selection-store.ts';

/**
 * Stores which calendars of an account are connected, and connects and disconnects them. The same request may be sent again.
 * What it does not complete, a timer does.
 *
 * @param list of the account, as it is now
 * @throws AppError 400 for ids that the account does not have, `throttled` when the project has too many calendars, `conflict`
 *   while another one is applied
 */
export async function chooseSelection(
  deps: SelectionDeps,
  { account, choice, list }: { account: Account; choice: SelectionChoice; list: CalendarList },
): Promise<void> {
  const unknown = typeof choice === 'string' ? [] : choice.filter((id) => !hasCalendar(list, id));
  if (unknown.length > 0) {
    throw invalidFields({ selection: unknown.map((id) => `The account has no calendar "${id.slice(0, 200)}".`) });
  }
  const now = Math.floor(deps.clock.now());
  const until = timestampOf(now + accountTimingMs.selectionRequest);
  const selection = {
    account_id: account.id,
    project_id: account.project_id,
    choice,
    version: deps.newId(),
    working_until: until,
    absent: [],
    failures: 0,
  };
  if (!(await putSelection(deps.table, selection, until, timestampOf(now)))) {
    const retryAfterSeconds = accountTimingMs.selectionRequest / 1000;
    throw new AppError('conflict', 'The selection of this account is being applied. Please try again.', {
      retryAfterSeconds,
    });
  }
  try {
    await applySelection(deps, { account, selection, list });
  } catch (error) {
    await postponeSelection(deps, selection);
    throw error;
  }
}

const hasCalendar = ({ calendars }: CalendarList, id: string): boolean =>
  calendars.some(({ platform_uuid }) => platform_uuid === id);
