import { accountTimingMs } from '../platform/account-timing.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { loadAccount } from './account-store.ts';
import { applySelection, postponeSelection, readProviderCalendars, type SelectionDeps } from './apply-selection.ts';
import { faultOf } from './selection-fault.ts';
import { acquireSelection, deleteSelection, loadSelection } from './selection-store.ts';

/**
 * Applies the selection of an account: one that its request has not applied, or, of all calendars, as the provider lists them
 * now. What fails is tried again with growing pauses, and the account shows it; only the calendars themselves show a loss
 * of access.
 */
export async function followAccount(deps: SelectionDeps, accountId: string): Promise<void> {
  const { table, clock, logger } = deps;
  const selection = await loadSelection(table, accountId);
  // A message that comes late: calendars that were connected since then are not part of the choice.
  if (!selection || (selection.choice !== 'all' && selection.applied_at !== null)) return;
  const account = await loadAccount(table, accountId);
  if (!account) return deleteSelection(table, accountId);
  const now = Math.floor(clock.now());
  const until = timestampOf(now + accountTimingMs.selectionWork);
  if (!(await acquireSelection(table, selection, { until, now: timestampOf(now) }))) return;
  try {
    await applySelection(deps, { account, selection, list: await readProviderCalendars(deps, account) });
  } catch (error) {
    const fault = faultOf(error);
    await postponeSelection(deps, selection, fault);
    if (fault.code === 'unexpected') throw error;
    logger.error('selection not applied', { account_id: accountId, code: fault.code, reason: fault.message });
  }
}
