import { accountTimingMs } from '../platform/account-timing.ts';
import { AppError, invalidFields } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import type { CalendarList } from '../providers/calendar-provider.ts';
import type { Account } from './account.ts';
import { applySelection, postponeSelection, type SelectionDeps } from './apply-selection.ts';
import { findListFault, newSelection, type SelectionChoice } from './selection.ts';
import { faultOf } from './selection-fault.ts';
import { loadSelection, putSelection } from './selection-store.ts';

/**
 * Stores which calendars of an account are connected, and connects and disconnects them. The same request may be sent again.
 * What it does not complete, a timer does. Calendars keep getting the metadata of the connect session that chose them all.
 *
 * @param list of the account, as it is now
 * @throws AppError 400 for ids that the account does not have, `throttled` when the project has too many calendars, `conflict`
 *   while another one is applied
 */
export async function chooseSelection(
  deps: SelectionDeps,
  { account, choice, list }: { account: Account; choice: SelectionChoice; list: CalendarList },
): Promise<void> {
  refuseLack(choice, list);
  const now = Math.floor(deps.clock.now());
  const until = timestampOf(now + accountTimingMs.selectionRequest);
  const former = await loadSelection(deps.table, account.id);
  const selection = {
    ...newSelection(account, { choice, version: deps.newId(), metadata: former?.metadata ?? null }),
    working_until: until,
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
    await postponeSelection(deps, selection, faultOf(error));
    throw error;
  }
}

/** All ids that the account does not have are named. A list that is not complete proves nothing. */
function refuseLack(choice: SelectionChoice, list: CalendarList): void {
  const fault = choice === 'all' ? null : findListFault(choice, list);
  if (fault === null) return;
  if (fault.code === 'list_incomplete') {
    throw new AppError('provider_unavailable', `${fault.message} Please try again.`, { retryAfterSeconds: 10 });
  }
  const wanted = typeof choice === 'string' ? [choice] : choice;
  const each = wanted.map((id) => findListFault(typeof choice === 'string' ? choice : [id], list)?.message);
  throw invalidFields({ selection: each.filter((message) => message !== undefined) });
}
