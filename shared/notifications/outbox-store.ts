import type { Table } from '../store/table.ts';
import { deleteRow } from '../store/write-row.ts';
import { type OutboxOwner, outboxKey } from './outbox-row.ts';

/** Deletes an entry once it is published. One that is already deleted is fine. */
export async function deleteOutboxEntry(table: Table, owner: OutboxOwner, id: string): Promise<void> {
  await deleteRow(table, outboxKey(owner, id));
}
