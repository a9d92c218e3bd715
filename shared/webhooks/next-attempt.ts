import { millisOf, type Timestamp, timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { Delivery } from './delivery.ts';
import type { DelayedMessage } from './webhook-queue.ts';

/**
 * When the timer of a delivery is due. A delivery that has a message gets a timer behind it, in case the message is
 * lost.
 *
 * @param now epoch milliseconds
 * @returns null for a delivery that waits for nothing
 */
export function dueTimeOf({ next_attempt_at }: Delivery, now: number): Timestamp | null {
  if (next_attempt_at === null) return null;
  const due = millisOf(next_attempt_at);
  return due - now < webhookTimingMs.soon
    ? timestampOf(Math.max(due, now) + webhookTimingMs.messageLease)
    : next_attempt_at;
}

/** The message for a delivery that is due soon; none for one that its timer brings, or that waits for nothing. */
export function messagesFor(
  { next_attempt_at, webhook_id, project_id, id }: Delivery,
  now: number,
  deferrals = 0,
): DelayedMessage[] {
  if (next_attempt_at === null) return [];
  const waitMs = millisOf(next_attempt_at) - now;
  if (waitMs >= webhookTimingMs.soon) return [];
  const message = { kind: 'delivery', webhook_id, delivery_id: id, deferrals } as const;
  return [{ message, projectId: project_id, delaySeconds: Math.max(waitMs, 0) / 1000 }];
}
