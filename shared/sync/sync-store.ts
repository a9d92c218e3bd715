import { QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { SealedAccess } from '../accounts/account.ts';
import { leaveAccount } from '../accounts/account-store.ts';
import type { Calendar } from '../calendars/calendar.ts';
import {
  type CalendarName,
  calendarFields,
  calendarKey,
  calendarOutbox,
  calendarPartition,
  calendarTimer,
  readCalendar,
} from '../calendars/calendar-row.ts';
import { type OutboxEntry, readOutbox } from '../notifications/outbox-row.ts';
import { deleteOutboxRows } from '../notifications/outbox-store.ts';
import { lostRace, retryLostRace } from '../platform/retry-lost-race.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { above, absent, all, any, equals, exists } from '../store/expression.ts';
import { readableRow, unreadable } from '../store/readable-rows.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, putRowOrRead, updateRow } from '../store/write-row.ts';
import { accessTokenSortKey, deleteAccessToken, readAccessToken } from './access-token-store.ts';
import { OvertakenRun } from './overtaken-run.ts';
import { type SeenTimer, seeTimer, withSeenTimer } from './seen-timer.ts';
import { entryIds, withoutEntries } from './state-outbox.ts';
import {
  commitsBeside,
  extendLog,
  isRunRow,
  type LogTail,
  loggedVersion,
  readLogTail,
  runPosition,
} from './sync-log-store.ts';
import type { SyncDeps } from './sync-run.ts';
import { initialSyncState, type SyncState } from './sync-state.ts';
import { isAsSeen, readSyncState, readSyncStateRest, syncStateKey, writeSyncState } from './sync-state-row.ts';

export interface LoadedCalendar {
  calendar: Calendar;
  sync: SyncState;
  /** Notifications about bots that were not published yet. The state has all others. */
  outbox: OutboxEntry[];
  /** The end of the sync log. What it notes as sent is not in the outbox of the state. */
  log: LogTail;
  accessToken: SealedAccess | undefined;
}

/**
 * The rows of a calendar: itself, its sync state, its access token, notifications that were not published yet, and the
 * newest rows of its sync log, which are below the others. One request, unless dozens of notifications wait.
 */
async function loadCalendarRows(table: Table, id: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.name,
        KeyConditionExpression: 'PK = :pk',
        ExpressionAttributeValues: { ':pk': calendarPartition(id) },
        ScanIndexForward: false,
        Limit: usualRows,
        ConsistentRead: true,
        ExclusiveStartKey,
      }),
    );
    rows.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey && !rows.some(isRunRow));
  return rows;
}

/** Sync state, calendar, access token, and the newest row of the log. */
const usualRows = 4;

/** One request. @returns null when the calendar is purged; a deleted one that waits for its purge is returned */
export async function loadCalendar(table: Table, id: string): Promise<LoadedCalendar | null> {
  const rows = await loadCalendarRows(table, id);
  const find = (sortKey: string) => rows.find(({ SK }) => SK === sortKey);
  const calendar = find('CALENDAR');
  if (!calendar) return null;
  const sync = find('SYNC');
  const tokenRow = find(accessTokenSortKey);
  // One that cannot be read is granted again.
  const token = tokenRow && readableRow(table, tokenRow, readAccessToken);
  // A purge that died half-way leaves a calendar without its sync state.
  const state = sync
    ? await readOrRepair(table, readCalendar(calendar), { row: sync, logged: loggedVersion(rows) })
    : initialSyncState();
  const log = readLogTail(table, rows, { outbox: entryIds(state.outbox), version: state.version });
  return {
    calendar: readCalendar(calendar),
    sync: {
      ...state,
      outbox: withoutEntries(state.outbox, log.sent),
      commits: commitsBeside(log, state.commits ?? []),
    },
    log,
    outbox: readOutbox(table, rows),
    accessToken: token && token !== unreadable ? token : undefined,
  };
}

/**
 * A state that cannot be read is replaced by what can be read of it. Only the sync writes states, one run at a time.
 *
 * @param logged the version that the sync log has: with a lower one a run could not note there what it has sent
 */
async function readOrRepair(
  table: Table,
  calendar: CalendarName,
  { row, logged }: { row: Record<string, unknown>; logged: number },
): Promise<SyncState> {
  const read = readableRow(table, row, readSyncState);
  if (read !== unreadable) return read;
  const rest = readSyncStateRest(row);
  const repaired = { ...rest, version: Math.max(rest.version, logged) };
  const { version } = row;
  await putRow(
    table,
    writeSyncState(calendar, repaired),
    version === undefined ? absent('version') : equals('version', version),
  );
  return repaired;
}

/**
 * Stores the sync state. A timer that others have set meanwhile to an earlier time is kept.
 *
 * @returns the state as stored, one version on @throws OvertakenRun when the state was written since it was read
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
    if (!seeTimer(timer, version, present)) throw new OvertakenRun('the sync state was written meanwhile');
    return lostRace;
  });
}

/** Stores what the provider says of a calendar. A deleted calendar stays as it is. */
export async function saveDescription(
  table: Table,
  calendarId: string,
  description: Partial<Pick<Calendar, 'name' | 'time_zone' | 'account_email' | 'mailbox'>>,
): Promise<void> {
  await updateRow(table, calendarKey(calendarId), {
    set: calendarFields(description),
    when: all(exists(), absent('deleted_at')),
  });
}

/**
 * Removes what is sent from a calendar's outbox. What the state announces is noted in the sync log, by the write that brings
 * the runs of the state there; the next write of the state drops it. When a later run has written the log, the outbox stays,
 * and is sent again under the same keys.
 *
 * @param expiresAt of the row of the log, in seconds since the epoch
 * @returns the state with what is left
 */
export async function removeSent(
  { table, newId, clock }: Pick<SyncDeps, 'table' | 'newId' | 'clock'>,
  calendar: CalendarName,
  { sync, log }: { sync: SyncState; log: LogTail },
  { ids, expiresAt }: { ids: string[]; expiresAt: number },
): Promise<SyncState> {
  const own = entryIds(sync.outbox);
  const [sent, rows] = [ids.filter((id) => own.includes(id)), ids.filter((id) => !own.includes(id))];
  await deleteOutboxRows(table, calendarOutbox(calendar), rows);
  if (sent.length === 0) return sync;
  const position = runPosition({ started_at: clock.stamp(), id: newId() });
  const noted = { version: sync.version, runs: sync.runs, commits: sync.commits, sent };
  const isNoted = await extendLog(table, calendar.id, log, noted, { position, expiresAt });
  return isNoted ? { ...sync, outbox: withoutEntries(sync.outbox, sent), commits: undefined } : sync;
}

/** Sets a calendar's timer to a time, unless it is due before. */
export async function hastenTimer(table: Table, calendar: CalendarName, dueAt: Timestamp): Promise<void> {
  const isLater = any(absent('due_at'), above('due_at', dueAt));
  const change = { set: calendarTimer(calendar, dueAt), when: all(exists(), isLater) };
  await updateRow(table, syncStateKey(calendar.id), change);
}

/** The last step of a purge: deletes the calendar's own rows, and its account with its last calendar; its timer last. */
export async function deleteCalendarRows(table: Table, { calendar, outbox }: LoadedCalendar): Promise<void> {
  await deleteOutboxRows(
    table,
    calendarOutbox(calendar),
    outbox.map(({ id }) => id),
  );
  await deleteAccessToken(table, calendar.id);
  await deleteRow(table, syncStateKey(calendar.id));
  await leaveAccount(table, calendar.account_id, calendar.id);
  await deleteRow(table, calendarKey(calendar.id));
}
