import * as z from 'zod';

/** Every lease a row can have: as many as the setting `endpointConcurrency` (`infra/config.ts`) allows at most. */
export const leaseNumbers = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19] as const;
export type LeaseNumber = (typeof leaseNumbers)[number];

type LeaseName = `lease_${LeaseNumber}`;
export const leaseName = (lease: LeaseNumber): LeaseName => `lease_${lease}`;

/** Milliseconds since the epoch. */
const instant = z.number().optional();
const leases = Object.fromEntries(leaseNumbers.map((lease) => [leaseName(lease), instant])) as Record<
  LeaseName,
  typeof instant
>;

/**
 * How an endpoint has answered, and what is sent to it now: its circuit breaker and its concurrency limit. Attempts at an
 * endpoint that is not healthy write this row, so it is not the endpoint's own.
 */
export const storedTraffic = z.object({
  /** An endpoint that answered fast is healthy until then. Absent in one that is degraded. */
  healthy_until: instant,
  /** The endpoint failed or was slow, and has not answered fast since then. */
  is_degraded: z.literal(true).optional(),

  /** The latest day that is listed among the days of the endpoint's deliveries. */
  delivery_day: z.string().optional(),

  /** The second, since the epoch, whose permits `rate_count` counts. Counted for healthy endpoints only. */
  rate_second: z.number().optional(),
  rate_count: z.number().optional(),
  /** When each lease can be acquired again. Absent: it never was. */
  ...leases,

  /** The circuit breaker is open until then, half-open afterwards. Absent: it is closed. */
  open_until: instant,
  /** The first failure after the last success. */
  failing_since: instant,
  last_failure_at: instant,
  /** Failures in a row. */
  failures: z.number().optional(),
  /**
   * Deliveries that wait for the endpoint: those that failed, and those that came while it was degraded. A crash can
   * make it too small by one.
   */
  waiting: z.number().optional(),

  /** The endpoint was deleted, and this row is the timer of its purge. */
  deleted_at: instant,
  /** Seconds since the epoch. DynamoDB deletes the row of an endpoint without traffic some time later. */
  expires_at: z.number().optional(),
});
export type EndpointTraffic = z.output<typeof storedTraffic>;

/**
 * `healthy`: it answered fast within the last hour. `unproven`: it is new, or had no attempt for an hour. `degraded`: it
 * failed or was slow at its last attempt.
 */
export type EndpointHealth = 'healthy' | 'unproven' | 'degraded';

/** @param now milliseconds since the epoch */
export function healthOf({ healthy_until = 0, is_degraded }: EndpointTraffic, now: number): EndpointHealth {
  if (is_degraded) return 'degraded';
  return healthy_until > now ? 'healthy' : 'unproven';
}
