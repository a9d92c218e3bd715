import type { SyncDeps, SyncRun } from './sync-run.ts';
import type { SyncState } from './sync-state.ts';
import { saveSyncState } from './sync-store.ts';

/** Stores a run's state. @returns the state as stored */
export const saveState = ({ table }: Pick<SyncDeps, 'table'>, run: SyncRun, state: SyncState): Promise<SyncState> =>
  saveSyncState(table, run.calendar, state, run.timer);
