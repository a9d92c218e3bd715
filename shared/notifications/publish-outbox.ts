import type { NotificationBus } from './notification-bus.ts';
import type { OutboxEntry } from './outbox-row.ts';

export interface OutboxDeps {
  bus: Pick<NotificationBus, 'publishAll'>;
  /** Removes entries from the outbox, by their ids. */
  remove: (ids: string[]) => Promise<void>;
}

/** Limits of a request to the bus (https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html). */
const perRequest = 10;
const bytesPerRequest = 256 * 1024;
/** What an entry has beside its notification, with a margin. */
const bytesBeside = 1024;

/**
 * Publishes committed notifications, ten in a request, and removes each from the outbox only then. A crash in between
 * publishes a notification again under the same idempotency key; none is lost.
 *
 * @param mayGoOn false when the time is used up. What is left stays in the outbox, and its timer publishes it
 * @throws when the bus refused some; these and those of later requests stay in the outbox
 */
export async function publishOutbox(
  { bus, remove }: OutboxDeps,
  entries: OutboxEntry[],
  mayGoOn: () => boolean = () => true,
): Promise<void> {
  for (const request of inRequests(entries)) {
    if (!mayGoOn()) return;
    const refusals = await bus.publishAll(request.map(({ notification }) => notification));
    const published = request.filter((_, index) => !refusals[index]).map(({ id }) => id);
    if (published.length > 0) await remove(published);
    const refused = refusals.filter((refusal) => refusal !== null);
    if (refused.length > 0) throw new Error(`the bus refused ${refused.length} notifications: ${refused[0]}`);
  }
}

function inRequests(entries: OutboxEntry[]): OutboxEntry[][] {
  const requests: OutboxEntry[][] = [];
  let bytes = 0;
  for (const entry of entries) {
    const size = Buffer.byteLength(JSON.stringify(entry.notification)) + bytesBeside;
    const request = requests.at(-1);
    if (!request || request.length >= perRequest || bytes + size > bytesPerRequest) {
      requests.push([entry]);
      bytes = size;
    } else {
      request.push(entry);
      bytes += size;
    }
  }
  return requests;
}
