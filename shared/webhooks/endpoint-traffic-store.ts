import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { above, absent, all, any, atLeast, atMost, below, type Condition, exists } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, updateRow } from '../store/write-row.ts';
import { chooseLease, type EndpointLimits, leaseFreeAt, nextSecond, type Refusal } from './concurrency-limit.ts';
import { type EndpointTraffic, healthOf, type LeaseNumber, leaseName } from './endpoint-traffic.ts';
import { trafficKey, trafficRow } from './endpoint-traffic-row.ts';

/** Permission for one attempt. Its outcome is recorded with it, which releases the lease. */
export interface Permit {
  /** Number of the lease, which ends by itself after `webhookTimingMs.lease`. Null: a healthy endpoint needs none. */
  lease: LeaseNumber | null;
  acquiredAt: number;
  /** The endpoint's traffic when the permit was acquired. */
  traffic: EndpointTraffic;
}

/** The row of an endpoint without traffic for this long is deleted. */
const retentionSeconds = 30 * 86_400;
const expiry = (now: number): number => Math.floor(now / 1000) + retentionSeconds;

const isThere = absent('deleted_at');

interface TrafficChange {
  set?: EndpointTraffic;
  setOnce?: EndpointTraffic;
  add?: EndpointTraffic;
  remove?: (keyof EndpointTraffic)[];
  when: Condition;
}

/** @returns the row after the change; where the condition did not hold, the row as it is */
async function changeTraffic(
  table: Table,
  webhookId: string,
  change: TrafficChange,
): Promise<{ done: boolean; traffic: EndpointTraffic }> {
  const { done, row } = await updateRow(table, trafficKey(webhookId), change);
  return { done, traffic: trafficRow.read(row) };
}

/**
 * Acquires a permit for an attempt, in most cases by one write. Attempts at a healthy endpoint are only counted, per
 * second. Every other endpoint has a few leases: an endpoint that hangs occupies no more senders than that.
 *
 * @param random in [0, 1)
 */
export async function acquirePermit(
  table: Table,
  webhookId: string,
  limits: EndpointLimits,
  now: number,
  random: () => number,
): Promise<{ kind: 'acquired'; permit: Permit } | Refusal> {
  const { done, traffic } = await countAttempt(table, webhookId, limits, now);
  if (done) return { kind: 'acquired', permit: { lease: null, acquiredAt: now, traffic } };
  if (healthOf(traffic, now) === 'healthy') return { kind: 'refused', retryAt: nextSecond(now) };
  return acquireLease(table, webhookId, traffic, { limits, now, random });
}

/**
 * Acquires a permit for an attempt that a notification waits for.
 *
 * @returns null when the endpoint is degraded, or has no room now
 */
export async function acquireInlinePermit(
  table: Table,
  webhookId: string,
  limits: EndpointLimits,
  now: number,
  random: () => number,
): Promise<Permit | null> {
  const { done, traffic } = await countAttempt(table, webhookId, limits, now);
  if (done) return { lease: null, acquiredAt: now, traffic };
  if (healthOf(traffic, now) !== 'unproven') return null;
  const answer = await acquireLease(table, webhookId, traffic, { limits, now, random });
  return answer.kind === 'acquired' ? answer.permit : null;
}

/** Counts an attempt at a healthy endpoint, if the rate has room in this second. */
async function countAttempt(table: Table, webhookId: string, { perSecond }: EndpointLimits, now: number) {
  const second = Math.floor(now / 1000);
  const isHealthy = all(above('healthy_until', now), isThere);
  const first = await changeTraffic(table, webhookId, {
    set: { rate_second: second, rate_count: 1 },
    when: all(isHealthy, any(absent('rate_second'), below('rate_second', second))),
  });
  if (first.done || healthOf(first.traffic, now) !== 'healthy') return first;
  return changeTraffic(table, webhookId, {
    add: { rate_count: 1 },
    when: all(isHealthy, atLeast('rate_second', second), below('rate_count', perSecond)),
  });
}

/**
 * A refused write shows the row as it is, so a lost race costs no read. No lease may be left after a few: that is an
 * answer, not a conflict.
 */
async function acquireLease(
  table: Table,
  webhookId: string,
  seen: EndpointTraffic,
  { limits, now, random }: { limits: EndpointLimits; now: number; random: () => number },
): Promise<{ kind: 'acquired'; permit: Permit } | Refusal> {
  let current = seen;
  for (let attempt = 0; attempt < 2 * limits.concurrency; attempt += 1) {
    const choice = chooseLease(current, limits, now, random);
    if (choice.kind === 'refused') return choice;
    const { lease } = choice;
    const isFree = (name: keyof EndpointTraffic): Condition => any(absent(name), atMost(name, now));
    const { done, traffic } = await changeTraffic(table, webhookId, {
      set: { [leaseName(lease)]: now + webhookTimingMs.lease, expires_at: expiry(now) },
      when: all(isFree(leaseName(lease)), isFree('open_until'), isThere),
    });
    if (done) return { kind: 'acquired', permit: { lease, acquiredAt: now, traffic } };
    current = traffic;
  }
  return { kind: 'refused', retryAt: null };
}

const release = ({ lease, acquiredAt }: Permit, now: number, limits: EndpointLimits): EndpointTraffic =>
  lease === null ? {} : { [leaseName(lease)]: leaseFreeAt(acquiredAt, now, limits) };

/** Closes the circuit breaker, and releases the lease. No write for an endpoint that was healthy and stays so. */
export async function recordSuccess(
  table: Table,
  webhookId: string,
  permit: Permit,
  { now, isFast, limits }: { now: number; isFast: boolean; limits: EndpointLimits },
): Promise<void> {
  const { healthy_until = 0, failures = 0 } = permit.traffic;
  const staysHealthy = isFast && healthy_until >= now + webhookTimingMs.healthy / 2;
  if (permit.lease === null && staysHealthy && failures === 0) return;
  await changeTraffic(table, webhookId, {
    set: {
      ...(isFast ? { healthy_until: now + webhookTimingMs.healthy } : { is_degraded: true }),
      ...release(permit, now, limits),
      expires_at: expiry(now),
    },
    remove: [isFast ? 'is_degraded' : 'healthy_until', 'failing_since', 'last_failure_at', 'failures', 'open_until'],
    when: isThere,
  });
}

/** Makes the endpoint degraded, opens the circuit breaker for `openMs` unless that is 0, and releases the lease. */
export async function recordFailure(
  table: Table,
  webhookId: string,
  permit: Permit,
  { now, openMs, limits }: { now: number; openMs: number; limits: EndpointLimits },
): Promise<void> {
  await changeTraffic(table, webhookId, {
    set: {
      last_failure_at: now,
      is_degraded: true,
      ...(openMs > 0 && { open_until: now + openMs }),
      ...release(permit, now, limits),
      expires_at: expiry(now),
    },
    setOnce: { failing_since: now },
    add: { failures: 1 },
    remove: ['healthy_until'],
    when: isThere,
  });
}

/** For an attempt that still runs and is slow: the next attempts need a lease, and no notification waits for them. */
export async function markDegraded(table: Table, webhookId: string): Promise<void> {
  await changeTraffic(table, webhookId, { set: { is_degraded: true }, remove: ['healthy_until'], when: exists() });
}

/** Makes the endpoint unproven: it was activated, or has a new URL. Leases in use stay in use. */
export async function resetHealth(table: Table, webhookId: string): Promise<void> {
  await changeTraffic(table, webhookId, {
    remove: ['failing_since', 'last_failure_at', 'failures', 'open_until', 'healthy_until', 'is_degraded'],
    when: all(exists(), isThere),
  });
}

/** The last step of a purge. */
export async function deleteTraffic(table: Table, webhookId: string): Promise<void> {
  await deleteRow(table, trafficKey(webhookId));
}
