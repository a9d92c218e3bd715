import { accountTimingMs } from '../platform/account-timing.ts';
import { AppError } from '../platform/app-error.ts';
import { timestampOf } from '../platform/timestamp.ts';
import { ProviderError } from '../providers/provider-error.ts';
import { loadAccount } from './account-store.ts';
import { applySelection, postponeSelection, readProviderCalendars, type SelectionDeps } from './apply-selection.ts';
import { acquireSelection, deleteSelection, loadSelection } from './selection-store.ts';

/**
 * Applies the selection of an account: one that its request has not applied, or, of all calendars, as the provider lists them
 * now. What a provider or a limit refuses is tried again with growing pauses; only the calendars themselves show a loss of
 * access.
 */
export async function followAccount(deps: SelectionDeps, accountId: string): Promise<void> {
  const { table, clock, logger } = deps;
  const selection = await loadSelection(table, accountId);
  if (!selection) return;
  const account = await loadAccount(table, accountId);
  if (!account) return deleteSelection(table, accountId);
  const now = Math.floor(clock.now());
  const until = timestampOf(now + accountTimingMs.selectionWork);
  if (!(await acquireSelection(table, selection, { until, now: timestampOf(now) }))) return;
  try {
    await applySelection(deps, { account, selection, list: await readProviderCalendars(deps, account) });
  } catch (error) {
    if (!(error instanceof ProviderError) && !isLimit(error)) throw error;
    const code = error instanceof ProviderError ? error.providerCode : error.details.limit;
    logger.error('selection not applied', { account_id: accountId, provider_code: code });
    await postponeSelection(deps, selection);
  }
}

const isLimit = (error: unknown): error is AppError => error instanceof AppError && error.code === 'throttled';
