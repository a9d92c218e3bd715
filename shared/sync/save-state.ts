import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { saveSyncState } from './sync-store.ts';

/** Stores a run's state together with its access token. @returns the state as stored */
export const saveState = ({ table }: Pick<SyncDeps, 'table'>, run: SyncRun, state: SyncState): Promise<SyncState> =>
  saveSyncState(table, run.calendar, { ...state, access_token: run.tokens.stored() }, run.timer);
