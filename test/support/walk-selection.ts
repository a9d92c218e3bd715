import { loadAccount } from '../../shared/accounts/account-store.ts';
import { readProviderCalendars } from '../../shared/accounts/apply-selection.ts';
import { chooseSelection } from '../../shared/accounts/choose-selection.ts';
import { deleteAccount } from '../../shared/accounts/delete-account.ts';
import { followAccount } from '../../shared/accounts/follow-account.ts';
import { followAll } from '../../shared/accounts/follow-all.ts';
import {
  loadSelection,
  readSelections,
  renameCalendar,
  settleSelection,
} from '../../shared/accounts/selection-store.ts';
import { AppError } from '../../shared/platform/app-error.ts';
import type { SimulatedUser } from './simulated-user-port.ts';
import type { SyncHarness } from './sync-harness.ts';

/** Makes all requests to the table that the selection of an account makes, by a new account. */
export async function walkSelection(
  { table, deps, connect, finish }: Pick<SyncHarness, 'table' | 'deps' | 'connect' | 'finish'>,
  user: SimulatedUser,
): Promise<void> {
  const { id, account_id } = await connect(user);
  const account = await loadAccount(table, account_id);
  if (!account) throw new Error('no account');
  const limiter = { limitOf: async () => 100, refuse: () => new AppError('throttled', 'too many') };
  const selecting = { ...deps, table, limiter };
  const list = await readProviderCalendars(selecting, account);
  await chooseSelection(selecting, { account, choice: 'all', list });
  await followAccount(selecting, account_id);
  await readSelections(table, [account_id]);
  await renameCalendar(table, id, 'renamed');
  const selection = await loadSelection(table, account_id);
  if (selection)
    await settleSelection(table, selection, { absent: [], failures: 0, applied_at: null, error: null }, null);
  await deleteAccount(selecting, account, async () => undefined);
  await finish(id, 'delete');
  // Of an account that was removed meanwhile.
  await followAll(selecting, account, null);
  await followAccount(selecting, account_id);
}
