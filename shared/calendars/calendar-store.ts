import { type CalendarAccount, joinItems } from '../accounts/account-row.ts';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, exists } from '../store/expression.ts';
import { readableRow, readableRows, unreadable } from '../store/readable-rows.ts';
import type { Fields } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { transact } from '../store/transaction.ts';
import { accessTokenKey } from '../sync/access-token-store.ts';
import type { SyncState } from '../sync/sync-state.ts';
import { readSyncState, readSyncStateRest, syncStateKey, writeSyncState } from '../sync/sync-state-row.ts';
import type { Calendar } from './calendar.ts';
import {
  type CalendarName,
  calendarFields,
  calendarKey,
  calendarTimer,
  deduplicationKey,
  readCalendar,
  writeCalendar,
} from './calendar-row.ts';

/** A calendar with the state of its sync. */
export interface CalendarWithSync {
  calendar: Calendar;
  sync: SyncState;
}

/**
 * Stores a calendar with the state its first sync begins from. The state has a timer, which starts the first sync if the
 * message that asks for it is lost.
 *
 * @returns `key_taken`: the project has a calendar with this deduplication key, also when both are created at once;
 *   `account_changed`: the account is removed, or another request has created it; `no_app`: its OAuth app is deleted
 */
export async function insertCalendar(
  table: Table,
  calendar: Calendar,
  sync: SyncState,
  account: CalendarAccount,
): Promise<'inserted' | 'key_taken' | 'id_taken' | 'account_changed' | 'no_app'> {
  const { project_id: project, deduplication_key: key, id } = calendar;
  const refused = await transact(table, {
    calendar: { put: writeCalendar(calendar), when: absent() },
    sync: { put: writeSyncState(calendar, sync), when: absent() },
    deduplication:
      key === null ? undefined : { put: { ...deduplicationKey(project, key), calendar_id: id }, when: absent() },
    ...joinItems(id, account),
  });
  if (refused.length === 0) return 'inserted';
  if (refused.includes('deduplication')) return 'key_taken';
  if (refused.includes('app')) return 'no_app';
  return refused.includes('calendar') ? 'id_taken' : 'account_changed';
}

/**
 * One request.
 *
 * @returns null when the calendar is absent or deleted, or belongs to another project @throws UnreadableRow
 */
export async function findCalendar(table: Table, projectId: string, id: string): Promise<CalendarWithSync | null> {
  if (!isId('cal', id)) return null;
  return visible(table, await readWithSync(table, [id]), projectId, id);
}

/** Up to 50 calendars with their sync states, in one request, in the order of the ids. */
export async function getCalendars(table: Table, projectId: string, ids: string[]): Promise<CalendarWithSync[]> {
  const rows = await readWithSync(table, ids);
  return readableRows(table, ids, (id) => visible(table, rows, projectId, id)).filter((one) => one !== null);
}

const readWithSync = (table: Table, ids: string[]): Promise<Record<string, unknown>[]> =>
  getAllRows(
    table,
    ids.flatMap((id) => [calendarKey(id), syncStateKey(id)]),
  );

/** Fields of a calendar that a PATCH may change. */
export type CalendarPatch = Pick<Calendar, 'updated_at'> & Fields<Pick<Calendar, 'metadata' | 'sync_window'>>;

/**
 * Changes a calendar, and sets the timer that syncs it if the message that asks for a sync is lost.
 *
 * @param hasNewGrant its account has new credentials: a run that is under way is overtaken, and its copy of the access token goes
 * @returns false when the calendar was deleted meanwhile
 */
export async function patchCalendar(
  table: Table,
  calendar: CalendarName,
  patch: CalendarPatch,
  { syncDueAt, hasNewGrant }: { syncDueAt: Timestamp; hasNewGrant: boolean },
): Promise<boolean> {
  const refused = await transact(table, {
    calendar: { update: calendarKey(calendar.id), change: { set: calendarFields(patch), when: isVisible } },
    sync: {
      update: syncStateKey(calendar.id),
      change: {
        set: calendarTimer(calendar, syncDueAt),
        ...(hasNewGrant && overtake),
        when: exists(),
      },
    },
    accessToken: hasNewGrant ? { delete: accessTokenKey(calendar.id) } : undefined,
  });
  return refused.length === 0;
}

/**
 * Makes a run that works with former credentials commit nothing, forgets the copy of the access token, and sets the timer
 * that syncs the calendar if the message is lost.
 *
 * @returns false when the calendar is deleted
 */
export async function overtakeSync(table: Table, calendar: CalendarName, syncDueAt: Timestamp): Promise<boolean> {
  const refused = await transact(table, {
    calendar: { check: calendarKey(calendar.id), when: isVisible },
    sync: {
      update: syncStateKey(calendar.id),
      change: { set: calendarTimer(calendar, syncDueAt), ...overtake, when: exists() },
    },
    accessToken: { delete: accessTokenKey(calendar.id) },
  });
  return refused.length === 0;
}

/**
 * Hides a calendar and frees its key, at once. Its rows wait for the purge, with a timer that starts it if the message
 * that asks for it is lost.
 *
 * @returns false when another request deleted it first
 */
export async function hideCalendar(
  table: Table,
  { id, platform, project_id: project, deduplication_key: key }: Calendar,
  at: Timestamp,
  purgeDueAt: Timestamp,
): Promise<boolean> {
  const hidden = { ...calendarFields({ deleted_at: at }), ...calendarTimer({ id, platform }, purgeDueAt) };
  const refused = await transact(table, {
    calendar: {
      update: calendarKey(id),
      change: { set: hidden, remove: ['project_shard', 'by_created'], when: isVisible },
    },
    // The purge must find all rows: a run that is under way commits nothing any more.
    sync: { update: syncStateKey(id), change: { ...overtake, when: exists() } },
    deduplication: key === null ? undefined : { delete: deduplicationKey(project, key) },
  });
  return refused.length === 0;
}

/** Another version of the sync state: commits that expect the former one are refused. */
const overtake = { add: { version: 1 } };

const isVisible = all(exists(), absent('deleted_at'));

/** @throws UnreadableRow when the calendar's own row cannot be read */
function visible(
  table: Table,
  rows: Record<string, unknown>[],
  projectId: string,
  id: string,
): CalendarWithSync | null {
  const find = (key: { PK: string; SK: string }) => rows.find(({ PK, SK }) => PK === key.PK && SK === key.SK);
  const [item, sync] = [find(calendarKey(id)), find(syncStateKey(id))];
  if (!item || !sync) return null;
  const calendar = readCalendar(item);
  if (calendar.project_id !== projectId || calendar.deleted_at) return null;
  // The next run of the sync writes a state again that cannot be read.
  const state = readableRow(table, sync, readSyncState);
  return { calendar, sync: state === unreadable ? readSyncStateRest(sync) : state };
}
