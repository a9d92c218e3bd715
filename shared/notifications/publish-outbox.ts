import type { Table } from '../store/table.ts';
import type { NotificationBus } from './notification-bus.ts';
import type { OutboxEntry, OutboxOwner } from './outbox-row.ts';
import { deleteOutboxEntry } from './outbox-store.ts';

export interface OutboxDeps {
  bus: Pick<NotificationBus, 'publish'>;
  table: Table;
}

/**
 * Publishes committed notifications in their order, and deletes each from the outbox only then. A crash in between
 * publishes the notification again under the same idempotency key; none is lost.
 *
 * @throws when the bus refused one; that entry and those after it stay in the outbox
 */
export async function publishOutbox(
  { bus, table }: OutboxDeps,
  owner: OutboxOwner,
  entries: OutboxEntry[],
): Promise<void> {
  for (const { id, notification } of entries) {
    await bus.publish(notification);
    await deleteOutboxEntry(table, owner, id);
  }
}
