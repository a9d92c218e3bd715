import type { Clock } from '../platform/clock.ts';
import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import type { Table } from '../store/table.ts';
import type { Delivery } from './delivery.ts';
import { saveDelivery } from './delivery-store.ts';
import type { DelayedMessage, WebhookQueue } from './webhook-queue.ts';

export interface KeepDeliveryDeps {
  table: Table;
  queue: Pick<WebhookQueue, 'send'>;
  clock: Clock;
}

/**
 * A delivery that somebody is at has a timer all the same: should its message be lost, or whoever works it die, it comes
 * up again. Longer than the dispatcher's look-ahead and an attempt together, so that it never overtakes its message.
 */
const messageLeaseMs = 90_000;

/** What is due sooner comes by a message of its own, to the second; the minute rule brings everything later. */
const soonMs = 120_000;

/** When the timer of a waiting delivery looks at it; null when it waits for nothing. @param now epoch milliseconds */
export function timerOf({ next_attempt_at }: Delivery, now: number): Timestamp | null {
  if (next_attempt_at === null) return null;
  const due = millisOf(next_attempt_at);
  return due - now < soonMs ? timestampOf(Math.max(due, now) + messageLeaseMs) : next_attempt_at;
}

/** The message that brings a delivery; none for one that its timer brings, or that waits for nothing. */
export function messagesFor(
  { next_attempt_at, webhook_id, id }: Delivery,
  now: number,
  deferrals = 0,
): DelayedMessage[] {
  const waitMs = next_attempt_at === null ? soonMs : millisOf(next_attempt_at) - now;
  return waitMs < soonMs
    ? [
        {
          message: { kind: 'delivery', webhook_id, delivery_id: id, deferrals },
          delaySeconds: Math.max(waitMs, 0) / 1000,
        },
      ]
    : [];
}

/**
 * Stores a delivery and has its next attempt come. A crash between the two leaves its timer.
 *
 * @returns it as stored, or null when someone else wrote it meanwhile
 */
export async function keepDelivery(
  { table, queue, clock }: KeepDeliveryDeps,
  delivery: Delivery,
  deferrals = 0,
): Promise<Delivery | null> {
  const now = clock.now();
  const stored = await saveDelivery(table, delivery, timerOf(delivery, now));
  const messages = stored ? messagesFor(stored, now, deferrals) : [];
  if (messages.length > 0) await queue.send(messages);
  return stored;
}
