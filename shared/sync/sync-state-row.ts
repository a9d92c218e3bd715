import * as z from 'zod';
import { type CalendarName, calendarPartition, calendarTimer } from '../calendars/calendar-row.ts';
import { absent, all, type Condition, equals } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { SeenTimer } from './seen-timer.ts';
import { type SyncState, syncStateSchema } from './sync-state.ts';

const syncStateRow = defineRow('sync state', 1, syncStateSchema);

export const syncStateKey = (calendarId: string) => ({ PK: calendarPartition(calendarId), SK: 'SYNC' });

/** The last attempt is stored only where it was not the last success. */
export function readSyncState(row: unknown): SyncState {
  const state = syncStateRow.read(row);
  return { ...state, last_attempted_sync_at: state.last_attempted_sync_at ?? state.last_successful_sync_at };
}
export const syncStateFields = syncStateRow.writeFields;

/**
 * What can be read of a state that cannot be read as a whole. It has no sync token, so that the next run lists the window.
 */
export function readSyncStateRest(row: Record<string, unknown>): SyncState {
  const readable = Object.entries(syncStateSchema.shape).filter(
    ([name, schema]) => name !== 'sync_token' && name in row && z.safeDecode(schema, row[name] as never).success,
  );
  return readSyncState({ version: 1, ...Object.fromEntries(readable.map(([name]) => [name, row[name]])) });
}

/** The row of a sync state. It is a timer where the state has a `due_at`. */
export function writeSyncState(calendar: CalendarName, state: SyncState): Record<string, unknown> {
  const { reading, last_attempted_sync_at: attempted, ...attributes } = syncStateRow.write(state);
  return {
    ...syncStateKey(calendar.id),
    ...attributes,
    // Nothing is to be remembered of nearly every reading.
    ...(attempted !== attributes['last_successful_sync_at'] && { last_attempted_sync_at: attempted }),
    ...(JSON.stringify(reading) !== '{"token_failures":0}' && { reading }),
    ...(state.due_at && calendarTimer(calendar, state.due_at)),
  };
}

/** The stored state has this version, and its timer is as the run knows it. */
export const isAsSeen = (version: number, { stored }: Pick<SeenTimer, 'stored'>): Condition =>
  all(equals('version', version), stored === undefined ? absent('due_at') : equals('due_at', stored));
