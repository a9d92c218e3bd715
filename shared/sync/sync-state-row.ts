import { calendarPartition } from '../calendars/calendar-row.ts';
import { defineRow } from '../store/row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { type SyncState, syncStateSchema } from './sync-state.ts';

const syncStateRow = defineRow('sync state', 1, syncStateSchema);

export const syncStateKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'SYNC' });

export const readSyncState = syncStateRow.read;

/** The row of a sync state. It is a timer where the state has a `due_at`. */
export const writeSyncState = (calendarId: string, state: SyncState): Record<string, unknown> => ({
  ...syncStateKey(calendarId),
  ...syncStateRow.write(state),
  ...(state.due_at && timerAttributes('sync', calendarId, state.due_at)),
});
