import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Calendar } from '../calendars/calendar.ts';
import { calendarFields, calendarKey } from '../calendars/calendar-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { getAllRows } from '../store/batch-get.ts';
import { absent, all, any, below, equals, exists } from '../store/expression.ts';
import { readableRows } from '../store/readable-rows.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { selectionKey } from './account-row.ts';
import { type Selection, selectionSchema } from './selection.ts';

const selectionRow = defineRow('selection', 1, selectionSchema);
const timerOf = ({ account_id: id, project_id: project }: Selection, dueAt: Timestamp) =>
  timerAttributes('follow', id, dueAt, project);
const timerNames = ['due_shard', 'due_at'];
const isFree = (now: Timestamp) => any(absent('working_until'), below('working_until', now));

/** One strongly consistent read. @returns null when the account has none @throws UnreadableRow */
export async function loadSelection(table: Table, accountId: string): Promise<Selection | null> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: selectionKey(accountId), ConsistentRead: true }),
  );
  return Item ? selectionRow.read(Item) : null;
}

/**
 * Stores the selection of an account, with a timer that applies it if its request does not.
 *
 * @returns false while a worker applies the former one
 */
export function putSelection(table: Table, selection: Selection, dueAt: Timestamp, now: Timestamp): Promise<boolean> {
  const row = { ...selectionKey(selection.account_id), ...selectionRow.write(selection), ...timerOf(selection, dueAt) };
  return putRow(table, row, isFree(now));
}

/** Makes a worker the only one that applies a selection. @returns false when another one does, or it has changed */
export async function acquireSelection(
  table: Table,
  { account_id: id, version }: Selection,
  { until, now }: Record<'until' | 'now', Timestamp>,
): Promise<boolean> {
  const change = {
    set: selectionRow.writeFields({ working_until: until }),
    when: all(equals('version', version), isFree(now)),
  };
  return (await updateRow(table, selectionKey(id), change)).done;
}

/** Selections of accounts, by account. An account without one, or with one that cannot be read, is not in it. */
export async function readSelections(table: Table, accountIds: readonly string[]): Promise<Map<string, Selection>> {
  const rows = await getAllRows(table, accountIds.map(selectionKey));
  return new Map(readableRows(table, rows, selectionRow.read).map((one) => [one.account_id, one]));
}

/**
 * Stores what came of a try, and when the next one is.
 *
 * @param dueAt null: never, because it is applied and not followed
 */
export async function settleSelection(
  table: Table,
  selection: Selection,
  result: Pick<Selection, 'absent' | 'failures' | 'applied_at' | 'error'>,
  dueAt: Timestamp | null,
): Promise<void> {
  await updateRow(table, selectionKey(selection.account_id), {
    set: { ...selectionRow.writeFields(result), ...(dueAt !== null && timerOf(selection, dueAt)) },
    remove: ['working_until', ...(dueAt === null ? timerNames : [])],
    when: equals('version', selection.version),
  });
}

/** The account is gone. */
export async function deleteSelection(table: Table, accountId: string): Promise<void> {
  await deleteRow(table, selectionKey(accountId));
}

/** Stores the name that a calendar has at its provider now. A deleted calendar stays as it is. */
export async function renameCalendar(table: Table, id: Calendar['id'], name: string): Promise<void> {
  const change = { set: calendarFields({ name }), when: all(exists(), absent('deleted_at')) };
  await updateRow(table, calendarKey(id), change);
}
