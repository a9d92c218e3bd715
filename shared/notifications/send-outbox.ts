import type { BotQueue } from '../bots/bot-queue.ts';
import type { OutboxEntry, OutboxMessage, OutboxOwner } from './outbox-row.ts';
import { deleteOutboxEntry } from './outbox-store.ts';
import { type OutboxDeps, publishOutbox } from './publish-outbox.ts';

/**
 * Publishes committed notifications and sends committed messages to the bot queue, in their order. Each is deleted from
 * the outbox only then. A crash in between repeats it; none is lost.
 *
 * @throws when the bus or the queue refused one; that entry and those after it stay in the outbox
 */
export async function sendOutbox(
  deps: OutboxDeps & { botQueue: Pick<BotQueue, 'sendCalendar'> },
  owner: OutboxOwner,
  entries: (OutboxEntry | OutboxMessage)[],
): Promise<void> {
  for (const entry of entries) {
    if ('message' in entry) {
      await deps.botQueue.sendCalendar(entry.message.calendar_id);
      await deleteOutboxEntry(deps.table, owner, entry.id);
    } else {
      await publishOutbox(deps, owner, [entry]);
    }
  }
}
