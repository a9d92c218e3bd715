import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { Delivery } from './delivery.ts';
import { type ScheduleDeps, scheduleDelivery } from './schedule-delivery.ts';

/** Larger counts make no difference to the jitter. */
const mostDeferrals = 10;

/**
 * Postpones a delivery that its endpoint or its project has no room for now. Deliveries that wait for the same endpoint are
 * spread, the more the longer they wait. When another writer has stored the delivery since, its decision stands.
 *
 * @param retryAt before that time no attempt is possible, in epoch milliseconds; null when that is not known
 * @param deferrals how often the delivery was postponed in a row
 * @returns the delivery as stored, or null
 */
export async function postponeDelivery(
  deps: ScheduleDeps & {
    /** In [0, 1). */
    random: () => number;
  },
  delivery: Delivery,
  { retryAt, deferrals }: { retryAt: number | null; deferrals: number },
): Promise<Delivery | null> {
  const now = deps.clock.now();
  const jitterMs = deps.random() * Math.min(1000 * 2 ** deferrals, webhookTimingMs.longestDeferralJitter);
  const next_attempt_at = timestampOf(Math.ceil(Math.max(retryAt ?? 0, now + 1000) + jitterMs));
  return scheduleDelivery(deps, { ...delivery, next_attempt_at }, Math.min(deferrals + 1, mostDeferrals));
}
