import type { Calendar } from '../calendars/calendar.ts';
import { type CalendarName, calendarKey, calendarOutbox, readCalendar } from '../calendars/calendar-row.ts';
import { loadCalendarRows } from '../calendars/calendar-store.ts';
import { type OutboxEntry, type OutboxMessage, readOutbox, readOutboxMessages } from '../notifications/outbox-row.ts';
import { deleteOutboxEntry } from '../notifications/outbox-store.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import { absent, equals } from '../store/expression.ts';
import { readableRow, unreadable } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, putRowOrRead, updateRow } from '../store/write-row.ts';
import { type SeenTimer, seeTimer, withSeenTimer } from './seen-timer.ts';
import { initialSyncState, type SyncState } from './sync-state.ts';
import { isAsSeen, readSyncState, readSyncStateRest, syncStateKey, writeSyncState } from './sync-state-row.ts';

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
    sync: sync ? await readOrRepair(table, readCalendar(calendar), sync) : initialSyncState(),
    outbox: [...readOutbox(table, rows), ...readOutboxMessages(table, rows)],
  };
}

/** A state that cannot be read is replaced by what can be read of it. Only the sync writes states, one run at a time. */
async function readOrRepair(table: Table, calendar: CalendarName, row: Record<string, unknown>): Promise<SyncState> {
  const read = readableRow(table, row, readSyncState);
  if (read !== unreadable) return read;
  const rest = readSyncStateRest(row);
  const { version } = row;
  await putRow(
    table,
    writeSyncState(calendar, rest),
    version === undefined ? absent('version') : equals('version', version),
  );
  return rest;
}

/**
 * Stores the sync state. A timer that others have set meanwhile to an earlier time is kept.
 *
 * @returns the state as stored, one version on @throws Error when another run has written the state since it was read
 */
export async function saveSyncState(
  table: Table,
  calendar: CalendarName,
  sync: SyncState,
  timer: SeenTimer,
): Promise<SyncState> {
  const { version } = sync;
  return retryLostRace(async () => {
    const next = withSeenTimer({ ...sync, version: version + 1 }, timer);
    const present = await putRowOrRead(table, writeSyncState(calendar, next), isAsSeen(version, timer));
    if (!present) {
      timer.stored = next.due_at;
      return next;
    }
    if (!seeTimer(timer, version, present)) throw new Error('another run has written the sync state');
    return lostRace;
  });
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
  for (const { id } of outbox) await deleteOutboxEntry(table, calendarOutbox(calendar), id);
  await deleteRow(table, syncStateKey(calendar.id));
  await deleteRow(table, calendarKey(calendar.id));
}
