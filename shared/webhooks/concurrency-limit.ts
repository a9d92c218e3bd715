import { breakerState } from './circuit-breaker.ts';
import { type EndpointTraffic, type LeaseNumber, leaseName, leaseNumbers } from './endpoint-traffic.ts';

/** How much is sent to one endpoint. */
export interface EndpointLimits {
  /** Attempts at a time, for every endpoint that is not healthy. */
  concurrency: number;
  perSecond: number;
}

/** `retryAt`: no attempt is possible before that time, in epoch milliseconds; null when every lease is in use. */
export type Refusal = { kind: 'refused'; retryAt: number | null };

/**
 * Chooses a free lease of an endpoint that is not healthy. The choice is random, so that senders at the same instant
 * rarely meet at the same lease.
 *
 * @param random in [0, 1)
 */
export function chooseLease(
  traffic: EndpointTraffic,
  { concurrency }: Pick<EndpointLimits, 'concurrency'>,
  now: number,
  random: () => number,
): { kind: 'free'; lease: LeaseNumber } | Refusal {
  const breaker = breakerState(traffic, now);
  if (breaker.kind === 'open') return { kind: 'refused', retryAt: breaker.until };
  const free = leaseNumbers.slice(0, concurrency).filter((lease) => (traffic[leaseName(lease)] ?? 0) <= now);
  const lease = free[Math.floor(random() * free.length)];
  return lease === undefined || traffic.deleted_at !== undefined
    ? { kind: 'refused', retryAt: null }
    : { kind: 'free', lease };
}

/**
 * Why a degraded endpoint has no room for an attempt now. An endpoint that is not degraded may become healthy in a moment,
 * so it is always tried.
 */
export function refusalOf(traffic: EndpointTraffic, limits: EndpointLimits, now: number): Refusal | null {
  if (!traffic.is_degraded) return null;
  const choice = chooseLease(traffic, limits, now, () => 0);
  return choice.kind === 'refused' ? choice : null;
}

/**
 * When a lease that is released can be acquired again. At the earliest `concurrency / perSecond` seconds after it was
 * acquired, so that all leases together stay within the rate.
 */
export const leaseFreeAt = (acquiredAt: number, now: number, { concurrency, perSecond }: EndpointLimits): number =>
  Math.max(now, acquiredAt + Math.ceil((concurrency * 1000) / perSecond));

/** Where the next second begins, when a healthy endpoint has had all attempts of this one. */
export const nextSecond = (now: number): number => (Math.floor(now / 1000) + 1) * 1000;
