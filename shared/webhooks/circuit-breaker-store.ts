import { DeleteCommand } from '@aws-sdk/lib-dynamodb';
import type { Table } from '../store/table.ts';
import { type Gate, type GateUpdate, gateKey, updateGate } from './breaker-row-store.ts';
import type { EndpointHealth } from './circuit-breaker.ts';

/** The most that is sent to one endpoint. */
export interface GateLimits {
  /** Attempts at a time, unless it has just proved to be fast. */
  concurrency: number;
  perSecond: number;
}

/** Leave to make one attempt. */
export interface Admission {
  /** Held until `reportSuccess` or `reportFailure`, or its lease ends; null for an endpoint that is trusted. */
  slot: number | null;
  at: number;
  trustedUntil: number;
  /** Known to hang, to fail or to be slow. */
  isDistrusted: boolean;
  health: EndpointHealth;
}

/** `wait`: none is to be had before that time, in epoch milliseconds; null when nobody knows, as all slots are taken. */
export type GateAnswer = { kind: 'go'; admission: Admission } | { kind: 'wait'; until: number | null };

/** Longer than an attempt can take: a sender that died gives its slot back by it. */
const leaseMs = 20_000;

/** A fast success is trusted for this long; it is told again when less than half is left. */
const trustMs = 60 * 60_000;

/** In place of the time until which an endpoint is trusted: it hangs, fails or is slow, until it proves otherwise. */
const distrusted = 0;

/** A gate nobody has come to for this long has nothing to tell. */
const retentionSeconds = 30 * 86_400;

/**
 * Asks leave for an attempt, in most cases by one write. An endpoint that answered fast within the last hour is
 * trusted: its attempts are only counted, per second. Any other must have one of its few slots free, each a lease that
 * ends by itself, so that an endpoint that hangs holds up no more senders than it has slots. A slot is not given out
 * again within `concurrency / perSecond` seconds, which keeps to the rate here, too.
 *
 * @param random in [0, 1)
 */
export async function admitAttempt(
  table: Table,
  webhookId: string,
  { concurrency, perSecond }: GateLimits,
  now: number,
  random: () => number,
): Promise<GateAnswer> {
  const answer = await countAttempt(table, webhookId, perSecond, now);
  if (answer.done) return { kind: 'go', admission: admissionOf(answer.gate, null, now) };
  if (isTrusted(answer.gate, now)) return { kind: 'wait', until: (Math.floor(now / 1000) + 1) * 1000 };
  return takeSlot(table, webhookId, answer.gate, { concurrency, now, random });
}

/**
 * The same where a notification waits for the attempt: for an endpoint that nobody knows anything bad of. One that is trusted may
 * have had its share of this second, one that is new all its slots in use.
 *
 * @returns null where the attempt is to be made elsewhere
 */
export async function admitWithNotification(
  table: Table,
  webhookId: string,
  { concurrency, perSecond }: GateLimits,
  now: number,
  random: () => number,
): Promise<Admission | null> {
  const { done, gate } = await countAttempt(table, webhookId, perSecond, now);
  if (done) return admissionOf(gate, null, now);
  if (isTrusted(gate, now) || gate['trusted_until'] === distrusted) return null;
  const answer = await takeSlot(table, webhookId, gate, { concurrency, now, random });
  return answer.kind === 'go' ? answer.admission : null;
}

async function takeSlot(
  table: Table,
  webhookId: string,
  seen: Gate,
  { concurrency, now, random }: { concurrency: number; now: number; random: () => number },
): Promise<GateAnswer> {
  let gate = seen;
  for (let tries = 0; tries < 2 * concurrency; tries += 1) {
    const until = gate['not_before'] ?? 0;
    if (until > now) return { kind: 'wait', until };
    const free = Array.from({ length: concurrency }, (_, slot) => slot).filter(
      (slot) => (gate[`slot_${slot}`] ?? 0) <= now,
    );
    const slot = free[Math.floor(random() * free.length)];
    if (slot === undefined || gate['deleted_at']) break;
    const name = `slot_${slot}`;
    const answer = await updateGate(table, webhookId, {
      set: { [name]: now + leaseMs, expires_at: Math.floor(now / 1000) + retentionSeconds },
      condition:
        `(attribute_not_exists(${name}) OR ${name} <= :now) AND attribute_not_exists(deleted_at)` +
        ' AND (attribute_not_exists(not_before) OR not_before <= :now)',
      values: { now },
    });
    if (answer.done) return { kind: 'go', admission: admissionOf(answer.gate, slot, now) };
    gate = answer.gate;
  }
  return { kind: 'wait', until: null };
}

/** Counts an attempt against the rate of an endpoint, if it is trusted and has room in this second. */
async function countAttempt(table: Table, webhookId: string, perSecond: number, now: number): Promise<GateUpdate> {
  const second = Math.floor(now / 1000);
  const trusted = 'trusted_until > :now AND attribute_not_exists(deleted_at)';
  const first = await updateGate(table, webhookId, {
    set: { rate_second: second, rate_count: 1 },
    condition: `${trusted} AND (attribute_not_exists(rate_second) OR rate_second < :rate_second)`,
    values: { now },
  });
  if (first.done || !isTrusted(first.gate, now)) return first;
  return updateGate(table, webhookId, {
    add: { rate_count: 1 },
    condition: `${trusted} AND rate_second >= :second AND rate_count < :most`,
    values: { now, second, most: perSecond },
  });
}

/** The endpoint took a delivery: its failures are forgotten. Of a trusted one this is no write, mostly. */
export async function reportSuccess(
  table: Table,
  webhookId: string,
  admission: Admission,
  { now, isFast, limits }: { now: number; isFast: boolean; limits: GateLimits },
): Promise<void> {
  const { slot, trustedUntil, health } = admission;
  const isNews = isFast ? trustedUntil < now + trustMs / 2 : trustedUntil > 0;
  if (slot === null && !isNews && health.failures === 0) return;
  await updateGate(table, webhookId, {
    set: {
      trusted_until: isFast ? now + trustMs : distrusted,
      ...freed(admission, now, limits),
      expires_at: Math.floor(now / 1000) + retentionSeconds,
    },
    remove: ['failing_since', 'last_failure_at', 'failures', 'not_before'],
    condition: 'attribute_not_exists(deleted_at)',
  });
}

/** The endpoint took it not: it is trusted no longer, and left alone for `pauseMs` by all of its deliveries. */
export async function reportFailure(
  table: Table,
  webhookId: string,
  admission: Admission,
  { now, pauseMs, limits }: { now: number; pauseMs: number; limits: GateLimits },
): Promise<void> {
  await updateGate(table, webhookId, {
    set: {
      last_failure_at: now,
      trusted_until: distrusted,
      ...(pauseMs > 0 && { not_before: now + pauseMs }),
      ...freed(admission, now, limits),
      expires_at: Math.floor(now / 1000) + retentionSeconds,
    },
    setOnce: { failing_since: now },
    add: { failures: 1 },
    condition: 'attribute_not_exists(deleted_at)',
  });
}

/** An attempt takes long while it still runs: whoever comes next needs a slot, and no notification waits for it. */
export async function distrust(table: Table, webhookId: string): Promise<void> {
  await updateGate(table, webhookId, { set: { trusted_until: distrusted }, condition: 'attribute_exists(PK)' });
}

/** The endpoint begins anew: it was activated, or pointed elsewhere. Slots in use stay in use. */
export async function forgetHealth(table: Table, webhookId: string): Promise<void> {
  await updateGate(table, webhookId, {
    remove: ['failing_since', 'last_failure_at', 'failures', 'not_before', 'trusted_until'],
    condition: 'attribute_exists(PK) AND attribute_not_exists(deleted_at)',
  });
}

/** The last step of a purge. */
export async function deleteGate(table: Table, webhookId: string): Promise<void> {
  await table.client.send(new DeleteCommand({ TableName: table.name, Key: gateKey(webhookId) }));
}

const isTrusted = (gate: Gate, now: number): boolean => (gate['trusted_until'] ?? 0) > now;

const admissionOf = (gate: Gate, slot: number | null, at: number): Admission => ({
  slot,
  at,
  trustedUntil: gate['trusted_until'] ?? 0,
  isDistrusted: gate['trusted_until'] === distrusted,
  health: healthOf(gate),
});

const healthOf = (gate: Gate): EndpointHealth => ({
  failingSince: gate['failing_since'] ?? null,
  lastFailureAt: gate['last_failure_at'] ?? null,
  failures: gate['failures'] ?? 0,
});

const freed = ({ slot, at }: Admission, now: number, { concurrency, perSecond }: GateLimits): Gate =>
  slot === null ? {} : { [`slot_${slot}`]: Math.max(now, at + Math.ceil((concurrency * 1000) / perSecond)) };
