import { timestampOf } from '../platform/timestamp.ts';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import type { EndpointLimits } from './concurrency-limit.ts';
import type { Delivery } from './delivery.ts';
import type { EndpointTraffic } from './endpoint-traffic.ts';
import { type ScheduleDeps, scheduleDelivery } from './schedule-delivery.ts';

/** Larger counts make no difference to the jitter. */
const mostDeferrals = 10;

/**
 * How far apart deliveries to one endpoint come back: the further, the longer they wait, and no more of them in a second
 * than the endpoint may get. So a backlog costs an endpoint that is down no more work than one that answers, and is sent
 * at its full rate once it answers again. While attempts that hang hold every lease, they come back as those end.
 *
 * @param deferrals how often the delivery was postponed in a row @param waiting deliveries that wait for the endpoint
 * @param isHeld by attempts that run: it is not known when there is room
 * @returns milliseconds
 */
export function spreadOfDeferrals(
  { deferrals, waiting, isHeld }: { deferrals: number; waiting: number; isHeld: boolean },
  { perSecond, concurrency }: EndpointLimits,
): number {
  const { attempt, longestDeferralJitter, longestBreakerPause } = webhookTimingMs;
  const untilAllEnd = isHeld ? Math.min((waiting * attempt) / concurrency, longestBreakerPause) : 0;
  return Math.max(Math.min(1000 * 2 ** deferrals, longestDeferralJitter), (waiting * 1000) / perSecond, untilAllEnd);
}

/**
 * Postpones a delivery that its endpoint or its project has no room for now. When another writer has stored the delivery
 * since, its decision stands.
 *
 * @param retryAt before that time no attempt is possible, in epoch milliseconds; null when that is not known
 * @param deferrals how often the delivery was postponed in a row
 * @param traffic of the endpoint, as it was read
 * @returns the delivery as stored, or null
 */
export async function postponeDelivery(
  deps: ScheduleDeps & {
    limits: EndpointLimits;
    /** In [0, 1). */
    random: () => number;
  },
  delivery: Delivery,
  { retryAt, deferrals, traffic }: { retryAt: number | null; deferrals: number; traffic: EndpointTraffic },
): Promise<Delivery | null> {
  const now = deps.clock.now();
  const { waiting = 0 } = traffic;
  const jitterMs = deps.random() * spreadOfDeferrals({ deferrals, waiting, isHeld: retryAt === null }, deps.limits);
  const next_attempt_at = timestampOf(Math.ceil(Math.max(retryAt ?? 0, now + 1000) + jitterMs));
  return scheduleDelivery(deps, { ...delivery, next_attempt_at }, Math.min(deferrals + 1, mostDeferrals));
}
