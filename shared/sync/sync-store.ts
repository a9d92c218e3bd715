import type { Calendar } from '../calendars/calendar.ts';
import { calendarKey, calendarOutbox, readCalendar } from '../calendars/calendar-row.ts';
import { loadCalendarRows } from '../calendars/calendar-store.ts';
import { type OutboxEntry, type OutboxMessage, readOutbox, readOutboxMessages } from '../notifications/outbox-row.ts';
import { deleteOutboxEntry } from '../notifications/outbox-store.ts';
import { equals } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import { initialSyncState, type SyncState } from './sync-state.ts';
import { readSyncState, syncStateKey, writeSyncState } from './sync-state-row.ts';

export interface LoadedCalendar {
  calendar: Calendar;
  sync: SyncState;
  /** Entries of committed changes that were not published or sent yet. */
  outbox: (OutboxEntry | OutboxMessage)[];
}

/** One request. @returns null when the calendar is purged; a deleted one that waits for its purge is returned */
export async function loadCalendar(table: Table, id: string): Promise<LoadedCalendar | null> {
  const rows = await loadCalendarRows(table, id);
  const find = (sortKey: string) => rows.find(({ SK }) => SK === sortKey);
  const calendar = find('CALENDAR');
  if (!calendar) return null;
  const sync = find('SYNC');
  return {
    calendar: readCalendar(calendar),
    // A purge that died half-way leaves a calendar without its sync state.
    sync: sync ? readSyncState(sync) : initialSyncState(),
    outbox: [...readOutbox(rows), ...readOutboxMessages(rows)],
  };
}

/**
 * Stores the sync state.
 *
 * @returns the state as stored, one version on @throws Error when another run has written the state since it was read
 */
export async function saveSyncState(table: Table, calendarId: string, sync: SyncState): Promise<SyncState> {
  const next = { ...sync, version: sync.version + 1 };
  if (await putRow(table, writeSyncState(calendarId, next), equals('version', sync.version))) return next;
  throw new Error('another run has written the sync state');
}

/** Replaces a calendar's refresh token. @returns false when it is not the former one any more */
export async function replaceRefreshToken(
  table: Table,
  calendarId: string,
  { former, sealed }: Record<'former' | 'sealed', Calendar['refresh_token']>,
): Promise<boolean> {
  const change = { set: { refresh_token: sealed }, when: equals('refresh_token', former) };
  return (await updateRow(table, calendarKey(calendarId), change)).done;
}

/** The last step of a purge: deletes the calendar's own rows, itself and its timer last. */
export async function deleteCalendarRows(table: Table, { calendar, outbox }: LoadedCalendar): Promise<void> {
  for (const { id } of outbox) await deleteOutboxEntry(table, calendarOutbox(calendar.id), id);
  await deleteRow(table, syncStateKey(calendar.id));
  await deleteRow(table, calendarKey(calendar.id));
}
