import type { BotQueue } from '../bots/bot-queue.ts';
import type { OutboxEntry, OutboxMessage } from './outbox-row.ts';
import { type OutboxDeps, publishOutbox } from './publish-outbox.ts';

/**
 * Publishes committed notifications and sends committed messages to the bot queue. Each is removed from the outbox only
 * then. A crash in between repeats it; none is lost.
 *
 * @param mayGoOn false when the time is used up. What is left stays in the outbox
 * @throws when the bus or the queue refused some, which stay in the outbox
 */
export async function sendOutbox(
  deps: OutboxDeps & { botQueue: Pick<BotQueue, 'sendCalendar'> },
  entries: (OutboxEntry | OutboxMessage)[],
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  const notifications = entries.filter((entry): entry is OutboxEntry => 'notification' in entry);
  await publishOutbox(deps, notifications, mayGoOn);
  for (const entry of entries) {
    if (!('message' in entry) || !mayGoOn()) continue;
    await deps.botQueue.sendCalendar(entry.message);
    await deps.remove([entry.id]);
  }
}
