import { type CalendarName, calendarPartition, calendarTimer } from '../calendars/calendar-row.ts';
import { absent, all, type Condition, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { SeenTimer } from './seen-timer.ts';
import { type SyncState, syncStateSchema } from './sync-state.ts';

const syncStateRow = defineRow('sync state', 1, syncStateSchema);

export const syncStateKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'SYNC' });

export const readSyncState = syncStateRow.read;

/** The row of a sync state. It is a timer where the state has a `due_at`. */
export const writeSyncState = (calendar: CalendarName, state: SyncState): Record<string, unknown> => ({
  ...syncStateKey(calendar.id),
  ...syncStateRow.write(state),
  ...(state.due_at && calendarTimer(calendar, state.due_at)),
});

/** The stored state has this version, and its timer is as the run knows it. */
export const isAsSeen = (version: number, { stored }: Pick<SeenTimer, 'stored'>): Condition =>
  all(equals('version', version), stored === undefined ? absent('due_at') : equals('due_at', stored));
