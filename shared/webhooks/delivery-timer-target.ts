import type { Clock } from '../platform/clock.ts';
import type { WebhookId } from '../platform/ids.ts';
import { millisOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import { deliveryOfKey } from './delivery-row.ts';
import { webhookOfTraffic } from './endpoint-traffic-row.ts';
import type { DelayedMessage, WebhookQueue } from './webhook-queue.ts';

/**
 * Timers of deliveries, and of deleted endpoints that wait for their purge. The queue delays each message until its
 * timer is due, so attempts start to the second.
 */
export const deliveryTimerTarget = (queue: Pick<WebhookQueue, 'send'>, clock: Pick<Clock, 'now'>): TimerTarget => ({
  lookAheadMs: webhookTimingMs.timerLookahead,
  leaseMs: webhookTimingMs.timerLease,
  send: (rows) => {
    const now = clock.now();
    return queue.send(
      rows.map(({ PK, SK, due_at, project_id: projectId = PK }) => ({
        message: messageOf({ PK, SK }, projectId),
        projectId,
        delaySeconds: Math.max(0, millisOf(due_at) - now) / 1000,
      })),
    );
  },
});

function messageOf(key: { PK: string; SK: string }, project_id: string): DelayedMessage['message'] {
  const deleted = webhookOfTraffic(key.PK) as WebhookId | null;
  if (deleted !== null) return { kind: 'purge', project_id, webhook_id: deleted, is_last: true };
  const { webhook_id, id } = deliveryOfKey(key);
  return { kind: 'delivery', webhook_id, delivery_id: id };
}
