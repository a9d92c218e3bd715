import type { SyncDeps } from '../sync/sync-run.ts';
import { deleteOutboxEntry, type OutboxEntry } from '../sync/sync-store.ts';

/**
 * Publishes committed notifications, and only then forgets them. A crash in between publishes a notification again, under the same
 * idempotency key; none is lost.
 */
export async function publishNotifications(
  { bus, table }: SyncDeps,
  calendarId: string,
  notifications: OutboxEntry[],
): Promise<void> {
  for (const { id, notification } of notifications) {
    await bus.publish(notification);
    await deleteOutboxEntry(table, calendarId, id);
  }
}
