import type { Clock } from '../platform/clock.ts';
import { millisOf } from '../platform/timestamp.ts';
import type { TimerTarget } from '../timers/dispatch-timers.ts';
import { gateSortKey } from './breaker-row-store.ts';
import { webhookOfPartition } from './delivery-store.ts';
import type { WebhookQueue } from './webhook-queue.ts';

/**
 * Timers of deliveries, and of deleted endpoints that wait for their purge. The queue holds a message back for what is
 * left of its time, so attempts come to the second.
 */
export const deliveryTimerTarget = (queue: Pick<WebhookQueue, 'send'>, clock: Pick<Clock, 'now'>): TimerTarget => ({
  lookAheadMs: 60_000,
  leaseMs: 5 * 60_000,
  send: (rows) => {
    const now = clock.now();
    return queue.send(
      rows.map(({ PK, SK, due_at }) => {
        const webhook_id = webhookOfPartition(PK);
        return {
          message:
            SK === gateSortKey ? { kind: 'purge', webhook_id } : { kind: 'delivery', webhook_id, delivery_id: SK },
          delaySeconds: Math.max(0, millisOf(due_at) - now) / 1000,
        };
      }),
    );
  },
});
