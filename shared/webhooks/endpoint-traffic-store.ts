import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { webhookTimingMs } from '../platform/webhook-timing.ts';
import { absent, all, any, atLeast, atMost, below, type Condition, exists } from '../store/expression.ts';
import type { Table } from '../store/table.ts';
import { deleteRow, updateRow } from '../store/write-row.ts';
import { chooseLease, type EndpointLimits, leaseFreeAt, nextSecond, type Refusal } from './concurrency-limit.ts';
import { type EndpointTraffic, healthOf, type LeaseNumber, leaseName } from './endpoint-traffic.ts';
import { trafficKey, trafficRow } from './endpoint-traffic-row.ts';
import type { RateBudget } from './rate-budget.ts';

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

/** What permits depend on. */
export interface PermitDeps {
  table: Table;
  limits: EndpointLimits;
  rates: RateBudget;
  /** In [0, 1). */
  random: () => number;
}

/** An endpoint's traffic; empty when it has none. One read. */
export async function readTraffic(table: Table, webhookId: string): Promise<EndpointTraffic> {
  const { Item } = await table.client.send(
    new GetCommand({ TableName: table.name, Key: trafficKey(webhookId), ConsistentRead: true }),
  );
  return trafficRow.read(Item ?? {});
}

/**
 * Acquires a permit for an attempt. An attempt at a healthy endpoint needs a permit of the second, usually without a
 * write. Every other endpoint has a few leases: an endpoint that hangs occupies no more senders than that.
 *
 * @param seen the endpoint's traffic as it was read
 */
export async function acquirePermit(
  deps: PermitDeps,
  webhookId: string,
  seen: EndpointTraffic,
  now: number,
): Promise<{ kind: 'acquired'; permit: Permit } | Refusal> {
  if (healthOf(seen, now) !== 'healthy') return acquireLease(deps, webhookId, seen, now);
  return (await takeOfSecond(deps, webhookId, now))
    ? { kind: 'acquired', permit: { lease: null, acquiredAt: now, traffic: seen } }
    : { kind: 'refused', retryAt: nextSecond(now) };
}

/**
 * Acquires a permit for an attempt that a notification waits for.
 *
 * @returns null when the endpoint is degraded, or has no room now
 */
export async function acquireInlinePermit(
  deps: PermitDeps,
  webhookId: string,
  seen: EndpointTraffic,
  now: number,
): Promise<Permit | null> {
  const health = healthOf(seen, now);
  if (health === 'healthy') {
    return (await takeOfSecond(deps, webhookId, now)) ? { lease: null, acquiredAt: now, traffic: seen } : null;
  }
  const answer = await acquireLease(deps, webhookId, seen, now, 'if not degraded');
  return answer.kind === 'acquired' ? answer.permit : null;
}

const takeOfSecond = ({ table, limits, rates }: PermitDeps, webhookId: string, now: number): Promise<boolean> =>
  rates.take(webhookId, now, (wanted, isFirst) => leasePermits(table, webhookId, limits, { now, wanted, isFirst }));

/** Takes permits of this second from the traffic row. @returns how many; 0 when the second has none left */
async function leasePermits(
  table: Table,
  webhookId: string,
  { perSecond }: EndpointLimits,
  { now, wanted, isFirst }: { now: number; wanted: number; isFirst: boolean },
): Promise<number> {
  const second = Math.floor(now / 1000);
  const begin = (share: number) =>
    changeTraffic(table, webhookId, {
      set: { rate_second: second, rate_count: share },
      when: all(isThere, any(absent('rate_second'), below('rate_second', second))),
    });
  const add = (share: number) =>
    changeTraffic(table, webhookId, {
      add: { rate_count: share },
      when: all(isThere, atLeast('rate_second', second), atMost('rate_count', perSecond - share)),
    });
  let share = Math.min(wanted, perSecond);
  for (let isBegun = !isFirst; share > 0; ) {
    const { done, traffic } = await (isBegun ? add : begin)(share);
    if (done) return share;
    if (traffic.deleted_at !== undefined) break;
    isBegun = (traffic.rate_second ?? 0) >= second;
    share = Math.min(share, perSecond - (isBegun ? (traffic.rate_count ?? 0) : 0));
  }
  return 0;
}

/**
 * A refused write shows the row as it is, so a lost race costs no read. No lease may be left after a few: that is an
 * answer, not a conflict.
 */
async function acquireLease(
  { table, limits, random }: PermitDeps,
  webhookId: string,
  seen: EndpointTraffic,
  now: number,
  which: 'in any case' | 'if not degraded' = 'in any case',
): Promise<{ kind: 'acquired'; permit: Permit } | Refusal> {
  const isFree = (name: keyof EndpointTraffic): Condition => any(absent(name), atMost(name, now));
  const isWelcome = which === 'if not degraded' ? [absent('is_degraded')] : [];
  let current = seen;
  for (let attempt = 0; attempt < 2 * limits.concurrency; attempt += 1) {
    const choice = chooseLease(current, limits, now, random);
    if (choice.kind === 'refused') return choice;
    if (isWelcome.length > 0 && current.is_degraded) break;
    const { lease } = choice;
    const { done, traffic } = await changeTraffic(table, webhookId, {
      set: { [leaseName(lease)]: now + webhookTimingMs.lease, expires_at: expiry(now) },
      when: all(isFree(leaseName(lease)), isFree('open_until'), isThere, ...isWelcome),
    });
    if (done) return { kind: 'acquired', permit: { lease, acquiredAt: now, traffic } };
    current = traffic;
  }
  return { kind: 'refused', retryAt: null };
}

const release = ({ lease, acquiredAt }: Permit, now: number, limits: EndpointLimits): EndpointTraffic =>
  lease === null ? {} : { [leaseName(lease)]: leaseFreeAt(acquiredAt, now, limits) };

/** Releases the lease of an attempt that does not count. */
export async function releasePermit(
  table: Table,
  webhookId: string,
  permit: Permit,
  { now, limits }: { now: number; limits: EndpointLimits },
): Promise<void> {
  if (permit.lease !== null)
    await changeTraffic(table, webhookId, { set: release(permit, now, limits), when: isThere });
}

/** @param waiting what is added to the number of deliveries that wait */
const addWaiting = (waiting: number): EndpointTraffic => (waiting === 0 ? {} : { waiting });

/** Counts a delivery that begins to wait (1), or that ended without an attempt (-1). */
export async function noteWaiting(table: Table, webhookId: string, waiting: 1 | -1, now: number): Promise<void> {
  await changeTraffic(table, webhookId, {
    set: { expires_at: expiry(now) },
    add: addWaiting(waiting),
    when: isThere,
  });
}

/**
 * Closes the circuit breaker, and releases the lease. No write for an endpoint that was healthy and stays so, unless the
 * delivery had waited. A breaker that another attempt has opened since this one began stays open.
 */
export async function recordSuccess(
  table: Table,
  webhookId: string,
  permit: Permit,
  { now, isFast, waiting, limits }: { now: number; isFast: boolean; waiting: number; limits: EndpointLimits },
): Promise<void> {
  const { healthy_until = 0, failures = 0 } = permit.traffic;
  const staysHealthy = isFast && healthy_until >= now + webhookTimingMs.healthy / 2;
  if (permit.lease === null && staysHealthy && failures === 0 && waiting === 0) return;
  const released = { ...release(permit, now, limits), expires_at: expiry(now) };
  const forgotten = ['failing_since', 'last_failure_at', 'failures'] as const;
  const { done } = await changeTraffic(table, webhookId, {
    set: { ...(isFast ? { healthy_until: now + webhookTimingMs.healthy } : { is_degraded: true }), ...released },
    add: addWaiting(waiting),
    remove: [isFast ? 'is_degraded' : 'healthy_until', ...forgotten, 'open_until'],
    when: all(isThere, any(absent('open_until'), atMost('open_until', now))),
  });
  if (done) return;
  await changeTraffic(table, webhookId, {
    set: released,
    add: addWaiting(waiting),
    remove: [...forgotten],
    when: isThere,
  });
}

/**
 * Makes the endpoint degraded, opens the circuit breaker for `openMs` unless that is 0, and releases the lease. Of two
 * attempts that open it, the longer pause counts.
 */
export async function recordFailure(
  table: Table,
  webhookId: string,
  permit: Permit,
  { now, openMs, waiting, limits }: { now: number; openMs: number; waiting: number; limits: EndpointLimits },
): Promise<void> {
  const record = (open: { set: EndpointTraffic; when: Condition[] }): Promise<{ done: boolean }> =>
    changeTraffic(table, webhookId, {
      set: {
        last_failure_at: now,
        is_degraded: true,
        ...open.set,
        ...release(permit, now, limits),
        expires_at: expiry(now),
      },
      setOnce: { failing_since: now },
      add: { failures: 1, ...addWaiting(waiting) },
      remove: ['healthy_until'],
      when: all(isThere, ...open.when),
    });
  const until = now + openMs;
  const isLonger = any(absent('open_until'), below('open_until', until));
  const { done } = openMs > 0 ? await record({ set: { open_until: until }, when: [isLonger] }) : { done: false };
  if (!done) await record({ set: {}, when: [] });
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

/** Notes that the day is among the endpoint's days, so that no other delivery of the day has to list it. */
export async function noteDeliveryDay(table: Table, webhookId: string, day: string, now: number): Promise<void> {
  await changeTraffic(table, webhookId, {
    set: { delivery_day: day, expires_at: expiry(now) },
    when: all(isThere, any(absent('delivery_day'), below('delivery_day', day))),
  });
}

/** The last step of a purge. */
export async function deleteTraffic(table: Table, webhookId: string): Promise<void> {
  await deleteRow(table, trafficKey(webhookId));
}
