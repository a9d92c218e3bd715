import { GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Calendar } from '../calendars/calendar.ts';
import { calendarFields, calendarKey } from '../calendars/calendar-row.ts';
import type { Timestamp } from '../platform/timestamp.ts';
import { absent, all, any, below, equals, exists } from '../store/expression.ts';
import { defineRow } from '../store/row.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, putRow, updateRow } from '../store/write-row.ts';
import { timerAttributes } from '../timers/timer-store.ts';
import { accountPartition } from './account-row.ts';
import { type Selection, selectionSchema } from './selection.ts';

const selectionRow = defineRow('selection', 1, selectionSchema);
const selectionKey = (accountId: string) => ({ PK: accountPartition(accountId), SK: 'SELECTION' });
const timerOf = ({ account_id: id, project_id: project }: Selection, dueAt: Timestamp) =>
  timerAttributes('follow', id, dueAt, project);
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

/**
 * Stores what came of a try, and when the next one is.
 *
 * @param dueAt null: never, so that nothing needs the row any more
 */
export async function settleSelection(
  table: Table,
  selection: Selection,
  result: Pick<Selection, 'absent' | 'failures'>,
  dueAt: Timestamp | null,
): Promise<void> {
  const key = selectionKey(selection.account_id);
  const isOurs = equals('version', selection.version);
  if (dueAt === null) {
    await deleteRow(table, key, isOurs);
    return;
  }
  await updateRow(table, key, {
    set: { ...selectionRow.writeFields(result), ...timerOf(selection, dueAt) },
    remove: ['working_until'],
    when: isOurs,
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
