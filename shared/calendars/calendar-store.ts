import { GetCommand, QueryCommand, TransactWriteCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { isId } from '../platform/ids.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { isConditionFailure } from '../store/condition-failure.ts';
import { type OrderedRows, type RowPosition, readOrderedPage } from '../store/ordered-page.ts';
import { retryConflict } from '../store/retry-conflict.ts';
import type { Table } from '../store/table.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import type { Calendar, CalendarWindow, SyncState } from './calendar.ts';
import {
  calendarKey,
  calendarPartition,
  calendarShards,
  deduplicationKey,
  jsonAttribute,
  readCalendar,
  readSyncState,
  syncStateKey,
  writeCalendar,
  writeSyncState,
} from './calendar-row.ts';

/** A calendar as the API's user sees it: what they own, and how its sync fares. */
export interface CalendarWithSync {
  calendar: Calendar;
  sync: SyncState;
}

/**
 * Stores a calendar with the state its first sync begins from, which has a timer: should the message that asks for the
 * first sync be lost, the timer does.
 *
 * @returns false when the project has a calendar with this deduplication key, also when both are created at once
 */
export async function insertCalendar(table: Table, calendar: Calendar, sync: SyncState): Promise<boolean> {
  const put = (Item: Record<string, unknown>) => ({
    Put: { TableName: table.name, Item, ConditionExpression: 'attribute_not_exists(PK)' },
  });
  const { project_id: project, deduplication_key: key, id } = calendar;
  try {
    await retryConflict(() =>
      table.client.send(
        new TransactWriteCommand({
          TransactItems: [
            put(writeCalendar(calendar)),
            put(writeSyncState(id, sync)),
            ...(key === null ? [] : [put({ ...deduplicationKey(project, key), calendar_id: id })]),
          ],
        }),
      ),
    );
    return true;
  } catch (error) {
    if (key !== null && isConditionFailure(error)) return false;
    throw error;
  }
}

/** One request. @returns null when it is absent, deleted, or another project's */
export async function findCalendar(table: Table, projectId: string, id: string): Promise<CalendarWithSync | null> {
  if (!isId('cal', id)) return null;
  const [found] = await getCalendars(table, projectId, [id]);
  return found ?? null;
}

/** @returns id of the calendar that holds the key, or null */
export async function findCalendarByKey(table: Table, projectId: string, key: string): Promise<string | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: deduplicationKey(projectId, key), ConsistentRead: true }),
  );
  return z.object({ calendar_id: z.string() }).safeParse(Item).data?.calendar_id ?? null;
}

/** A page of a project's calendars by time of creation. */
export function listCalendarRows(
  table: Table,
  projectId: string,
  { from, ascending, limit }: { from: RowPosition | null; ascending: boolean; limit: number },
): Promise<OrderedRows> {
  return readOrderedPage(table, {
    index: 'project-by-created',
    partitionAttribute: 'project_shard',
    partitions: calendarShards(projectId),
    sortAttribute: 'by_created',
    ascending,
    from,
    limit,
  });
}

/** Up to 50 calendars with their sync states, in one request, in the order of the ids. */
export async function getCalendars(table: Table, projectId: string, ids: string[]): Promise<CalendarWithSync[]> {
  const rows = await getAllRows(
    table,
    ids.flatMap((id) => [calendarKey(id), syncStateKey(id)]),
  );
  return ids.flatMap((id) => visible(rows, projectId, id) ?? []);
}

/** Calendars by id, without their sync states: a hundred a request. Absent, deleted and foreign ones are left out. */
export async function readCalendars(table: Table, projectId: string, ids: string[]): Promise<Map<string, Calendar>> {
  const calendars = new Map<string, Calendar>();
  for (let index = 0; index < ids.length; index += 100) {
    const rows = await getAllRows(table, ids.slice(index, index + 100).map(calendarKey));
    for (const calendar of rows.map(readCalendar)) {
      if (calendar.project_id === projectId && !calendar.deleted_at) calendars.set(calendar.id, calendar);
    }
  }
  return calendars;
}

export interface CalendarPatch {
  /** Sealed. */
  client_secret?: string | undefined;
  refresh_token?: string | undefined;
  metadata?: Record<string, string> | undefined;
  sync_window?: CalendarWindow | undefined;
  updated_at: Timestamp;
}

/**
 * Changes a calendar that is there, and sets the timer that syncs it should the message that asks for it be lost.
 *
 * @returns false when it was deleted meanwhile
 */
export async function patchCalendar(
  table: Table,
  id: string,
  patch: CalendarPatch,
  syncDueAt: Timestamp,
): Promise<boolean> {
  const values = {
    ...patch,
    metadata: patch.metadata && jsonAttribute(patch.metadata),
    sync_window: patch.sync_window && jsonAttribute(patch.sync_window),
  };
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  const update = (Key: { PK: string; SK: string }, changes: [string, unknown][], ConditionExpression: string) => ({
    Update: {
      TableName: table.name,
      Key,
      UpdateExpression: `SET ${changes.map(([name]) => `${name} = :${name}`).join(', ')}`,
      ConditionExpression,
      ExpressionAttributeValues: Object.fromEntries(changes.map(([name, value]) => [`:${name}`, value])),
    },
  });
  const transaction = new TransactWriteCommand({
    TransactItems: [
      update(calendarKey(id), given, 'attribute_exists(PK) AND attribute_not_exists(deleted_at)'),
      update(syncStateKey(id), Object.entries(timerAttributes('sync', id, syncDueAt)), 'attribute_exists(PK)'),
    ],
  });
  try {
    await retryConflict(() => table.client.send(transaction));
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/**
 * Takes a calendar from sight and frees its key, at once; its rows wait for the purge, with a timer that purges them
 * even if nobody is told.
 *
 * @returns false when someone else deleted it first
 */
export async function hideCalendar(
  table: Table,
  { id, project_id: project, deduplication_key: key }: Calendar,
  at: Timestamp,
  purgeDueAt: Timestamp,
): Promise<boolean> {
  const due = timerAttributes('sync', id, purgeDueAt);
  const hide = {
    Update: {
      TableName: table.name,
      Key: calendarKey(id),
      UpdateExpression:
        'SET deleted_at = :at, due_shard = :due_shard, due_at = :due_at REMOVE project_shard, by_created',
      ConditionExpression: 'attribute_exists(PK) AND attribute_not_exists(deleted_at)',
      ExpressionAttributeValues: { ':at': at, ':due_shard': due.due_shard, ':due_at': due.due_at },
    },
  };
  const freeKey = { Delete: { TableName: table.name, Key: deduplicationKey(project, key ?? '') } };
  try {
    await retryConflict(() =>
      table.client.send(new TransactWriteCommand({ TransactItems: key === null ? [hide] : [hide, freeKey] })),
    );
    return true;
  } catch (error) {
    if (isConditionFailure(error)) return false;
    throw error;
  }
}

/** Everything stored under a calendar's own key, in one request: calendar, sync state, notifications not yet published. */
export async function loadCalendarRows(table: Table, id: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await table.client.send(
    new QueryCommand({
      TableName: table.name,
      KeyConditionExpression: 'PK = :pk',
      ExpressionAttributeValues: { ':pk': calendarPartition(id) },
      ConsistentRead: true,
    }),
  );
  return Items;
}

function visible(rows: Record<string, unknown>[], projectId: string, id: string): CalendarWithSync | null {
  const find = (key: { PK: string; SK: string }) => rows.find(({ PK, SK }) => PK === key.PK && SK === key.SK);
  const [item, sync] = [find(calendarKey(id)), find(syncStateKey(id))];
  if (!item || !sync) return null;
  const calendar = readCalendar(item);
  if (calendar.project_id !== projectId || calendar.deleted_at) return null;
  return { calendar, sync: readSyncState(sync) };
}
