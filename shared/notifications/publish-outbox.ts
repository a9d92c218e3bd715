import type { SyncDeps } from '../sync/sync-run.ts';
import { deleteOutboxEntry, type OutboxEntry } from '../sync/sync-store.ts';

/**
 * Publishes committed facts, and only then forgets them. A crash in between publishes a fact again, under the same
 * idempotency key; none is lost.
 */
export async function publishFacts({ bus, table }: SyncDeps, calendarId: string, facts: OutboxEntry[]): Promise<void> {
  for (const { id, fact } of facts) {
    await bus.publish(fact);
    await deleteOutboxEntry(table, calendarId, id);
  }
}
