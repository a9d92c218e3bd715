import type { Table } from '../store/table.ts';
import { deleteRow } from '../store/write-row.ts';
import { type OutboxOwner, outboxKey } from './outbox-row.ts';

/** Deletes the rows of entries that are sent. Those that are already deleted are fine. */
export async function deleteOutboxRows(table: Table, owner: OutboxOwner, ids: string[]): Promise<void> {
  await Promise.all(ids.map((id) => deleteRow(table, outboxKey(owner, id))));
}
