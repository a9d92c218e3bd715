import * as fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { randomId } from '../../../shared/platform/ids.ts';
import type { Table } from '../../../shared/store/table.ts';
import { breakerState } from '../../../shared/webhooks/circuit-breaker.ts';
import { healthOf } from '../../../shared/webhooks/endpoint-traffic.ts';
import {
  acquireInlinePermit,
  acquirePermit,
  markDegraded,
  type Permit,
  readTraffic,
  recordFailure,
  recordSuccess,
  resetHealth,
} from '../../../shared/webhooks/endpoint-traffic-store.ts';
import { createRateBudget } from '../../../shared/webhooks/rate-budget.ts';
import { recordTableCalls } from '../../support/record-table-calls.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();
let table: Table;
let requests: () => number;
beforeAll(() => {
  ({ table, requests } = recordTableCalls(stack.table));
});

const limits = { concurrency: 4, perSecond: 50 };
const start = Date.parse('2026-11-21T09:00:00Z');

function createEndpoint() {
  const id = randomId('webhook');
  // Every endpoint begins in a process that has made no attempt at it yet.
  const deps = { table, limits, rates: createRateBudget(), random: Math.random };
  const read = () => readTraffic(stack.table, id);
  const tryAcquire = async (at = start) => acquirePermit(deps, id, await read(), at);
  const acquire = async (at = start): Promise<Permit> => {
    const answer = await tryAcquire(at);
    if (answer.kind !== 'acquired') throw new Error(`refused: ${JSON.stringify(answer)}`);
    return answer.permit;
  };
  return {
    id,
    acquire,
    /** The same endpoint in another process. */
    acquireElsewhere: async (count: number, at = start) => {
      const other = { ...deps, rates: createRateBudget() };
      const seen = await read();
      const answers = await Promise.all(Array.from({ length: count }, () => acquirePermit(other, id, seen, at)));
      return answers.filter(({ kind }) => kind === 'acquired').length;
    },
    acquireInline: async (at = start) => acquireInlinePermit(deps, id, await read(), at),
    acquireMany: async (count: number, at = start) => {
      const answers = await Promise.all(Array.from({ length: count }, () => tryAcquire(at)));
      return {
        permits: answers.flatMap((answer) => (answer.kind === 'acquired' ? [answer.permit] : [])),
        refused: answers.flatMap((answer) => (answer.kind === 'refused' ? [answer.retryAt] : [])),
      };
    },
    succeed: (permit: Permit, now: number, isFast = true) =>
      recordSuccess(table, id, permit, { now, isFast, waiting: 0, limits }),
    fail: (permit: Permit, now: number, openMs = 0) =>
      recordFailure(table, id, permit, { now, openMs, waiting: 0, limits }),
  };
}

/** An endpoint that answered its first attempt fast. */
async function createHealthyEndpoint() {
  const endpoint = createEndpoint();
  await endpoint.succeed(await endpoint.acquire(), start);
  return endpoint;
}

/** Requests to the table that an action takes. */
async function countRequests(action: () => Promise<unknown>): Promise<number> {
  const before = requests();
  await action();
  return requests() - before;
}

describe('an unproven endpoint', () => {
  it('has as many attempts at a time as leases, however many are wanted at once', async () => {
    const endpoint = createEndpoint();
    const { permits, refused } = await endpoint.acquireMany(30);
    expect(new Set(permits.map(({ lease }) => lease))).toEqual(new Set([0, 1, 2, 3]));
    expect(refused).toEqual(Array.from({ length: 26 }, () => null));
  });

  it('gets the lease of a crashed sender back once no attempt can take that long', async () => {
    const endpoint = createEndpoint();
    await endpoint.acquireMany(4);
    expect((await endpoint.acquireMany(1, start + 16_000)).permits).toEqual([]);
    expect((await endpoint.acquireMany(9, start + 20_000)).permits).toHaveLength(4);
  });

  it('has its leases free again no faster than the rate allows', async () => {
    const endpoint = createEndpoint();
    const { permits } = await endpoint.acquireMany(4);
    for (const permit of permits) await endpoint.fail(permit, start + 10);
    expect((await endpoint.acquireMany(9, start + 79)).permits).toEqual([]);
    expect((await endpoint.acquireMany(9, start + 80)).permits).toHaveLength(4);
  });
});

describe('a healthy endpoint', () => {
  it('has as many attempts per second as the rate allows, without leases', async () => {
    const endpoint = await createHealthyEndpoint();
    const { permits, refused } = await endpoint.acquireMany(60);
    expect(permits).toHaveLength(50);
    expect(permits.every(({ lease }) => lease === null)).toBe(true);
    expect(refused).toEqual(Array.from({ length: 10 }, () => start + 1000));
    expect((await endpoint.acquireMany(60, start + 1000)).permits).toHaveLength(50);
  });

  it('has one attempt more than that for each process that makes no other in the second', async () => {
    const endpoint = await createHealthyEndpoint();
    const acquired = await Promise.all([60, 60, 1, 1, 1].map((count) => endpoint.acquireElsewhere(count)));
    expect(acquired.slice(2)).toEqual([1, 1, 1]);
    expect(acquired.slice(0, 2).reduce((sum, one) => sum + one)).toBe(50);
  });

  it('needs leases after an hour without an answer', async () => {
    const endpoint = await createHealthyEndpoint();
    expect((await endpoint.acquireMany(9, start + 3_600_000)).permits).toHaveLength(4);
  });

  it('needs leases after a failure', async () => {
    const endpoint = await createHealthyEndpoint();
    await endpoint.fail(await endpoint.acquire(), start + 5);
    expect((await endpoint.acquireMany(9, start + 200)).permits).toHaveLength(4);
  });

  it('needs leases as soon as one attempt is slow', async () => {
    const endpoint = await createHealthyEndpoint();
    await endpoint.acquire();
    await markDegraded(table, endpoint.id);
    expect((await endpoint.acquireMany(9, start + 200)).permits).toHaveLength(4);
  });

  it('needs leases after a slow answer', async () => {
    const endpoint = await createHealthyEndpoint();
    await endpoint.succeed(await endpoint.acquire(), start + 5000, false);
    expect((await endpoint.acquireMany(9, start + 5000)).permits).toHaveLength(4);
  });
});

describe('an attempt inline', () => {
  it('is permitted at a healthy endpoint and at an unproven one, while they have room', async () => {
    expect(await (await createHealthyEndpoint()).acquireInline()).toMatchObject({ lease: null });
    const unproven = createEndpoint();
    expect(await unproven.acquireInline()).toMatchObject({ lease: expect.any(Number) as number });
    await unproven.acquireMany(3);
    expect(await unproven.acquireInline()).toBeNull();
  });

  it('is not permitted at a degraded endpoint, though it has leases', async () => {
    const failing = createEndpoint();
    await failing.fail(await failing.acquire(), start);
    expect(await failing.acquireInline(start + 200)).toBeNull();
    const slow = createEndpoint();
    await slow.succeed(await slow.acquire(), start, false);
    expect(await slow.acquireInline(start + 200)).toBeNull();
  });
});

describe('the requests of an attempt', () => {
  it('are none at a healthy endpoint: the first of a second is free, and a lease of several permits is one', async () => {
    const endpoint = await createHealthyEndpoint();
    let permit: Permit | null = null;
    expect(await countRequests(async () => (permit = await endpoint.acquire(start + 1000)))).toBe(0);
    expect(await countRequests(() => endpoint.succeed(permit as unknown as Permit, start + 1020))).toBe(0);
    expect(await countRequests(() => endpoint.acquireMany(9, start + 1100))).toBeLessThanOrEqual(3);
    expect(await countRequests(() => endpoint.acquireMany(1, start + 1200))).toBeLessThanOrEqual(1);
  });

  it('are one for a lease and one for the outcome at every other endpoint', async () => {
    const endpoint = createEndpoint();
    let permit: Permit | null = null;
    expect(await countRequests(async () => (permit = await endpoint.acquire()))).toBe(1);
    expect(await countRequests(() => endpoint.fail(permit as unknown as Permit, start + 20))).toBe(1);
  });
});

describe('the circuit breaker of an endpoint', () => {
  it('refuses every attempt while it is open, and permits as many as there are leases when it is half-open', async () => {
    const endpoint = createEndpoint();
    await endpoint.fail(await endpoint.acquire(), start, 30_000);
    expect((await endpoint.acquireMany(5, start + 29_999)).refused).toEqual([1, 2, 3, 4, 5].map(() => start + 30_000));
    const { permits } = await endpoint.acquireMany(5, start + 30_000);
    expect(permits).toHaveLength(4);
    expect(permits.map(({ traffic }) => breakerState(traffic, start + 30_000).kind)).toEqual(
      permits.map(() => 'half_open'),
    );
  });

  it('closes at the first success of a half-open one', async () => {
    const endpoint = createEndpoint();
    await endpoint.fail(await endpoint.acquire(), start, 30_000);
    await endpoint.succeed(await endpoint.acquire(start + 30_000), start + 30_010);
    const { traffic } = await endpoint.acquire(start + 30_200);
    expect(breakerState(traffic, start + 30_200)).toEqual({ kind: 'closed' });
    expect(healthOf(traffic, start + 30_200)).toBe('healthy');
  });

  it.each([
    ['the longer pause comes first', 3_600_000, 5000],
    ['the longer pause comes last', 5000, 3_600_000],
  ])('stays open for the longer of two pauses: %s', async (_order, one, other) => {
    const endpoint = createEndpoint();
    const { permits } = await endpoint.acquireMany(2);
    await endpoint.fail(permits[0] as Permit, start + 10, one);
    await endpoint.fail(permits[1] as Permit, start + 10, other);
    expect((await endpoint.acquireMany(1, start + 3_600_009)).refused).toEqual([start + 3_600_010]);
    const { traffic } = await endpoint.acquire(start + 3_600_010);
    expect(traffic).toMatchObject({ failures: 2, failing_since: start + 10 });
  });

  it.each([true, false])('stays open when an attempt succeeds that began before; fast: %s', async (isFast) => {
    const endpoint = createEndpoint();
    const { permits } = await endpoint.acquireMany(2);
    await endpoint.fail(permits[0] as Permit, start + 10, 3_600_000);
    await endpoint.succeed(permits[1] as Permit, start + 20, isFast);
    expect(await endpoint.acquireInline(start + 5000)).toBeNull();
    expect((await endpoint.acquireMany(1, start + 5000)).refused).toEqual([start + 3_600_010]);
  });

  it('closes when the health is reset, without a trace of the failures', async () => {
    const endpoint = createEndpoint();
    await endpoint.fail(await endpoint.acquire(), start, 30_000);
    await resetHealth(table, endpoint.id);
    const { traffic } = await endpoint.acquire(start + 1000);
    expect(Object.keys(traffic).filter((name) => /fail|open|degraded|healthy/.test(name))).toEqual([]);
  });

  it('counts the failures since the last success', async () => {
    const endpoint = createEndpoint();
    for (const at of [start, start + 1000, start + 2000]) await endpoint.fail(await endpoint.acquire(at), at);
    const permit = await endpoint.acquire(start + 3000);
    expect(permit.traffic).toMatchObject({ failing_since: start, last_failure_at: start + 2000, failures: 3 });
    await endpoint.succeed(permit, start + 3000);
    const { traffic } = await endpoint.acquire(start + 4000);
    expect(Object.keys(traffic).filter((name) => /fail/.test(name))).toEqual([]);
  });
});

it('never more attempts run at a time than there are leases while the endpoint is not healthy', async () => {
  const step = fc.record({
    kind: fc.constantFrom('acquire', 'acquire', 'acquire', 'slow success', 'fail', 'crash', 'open'),
    ms: fc.integer({ min: 0, max: 9000 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 25 }), async (steps) => {
      const endpoint = createEndpoint();
      let now = start;
      let running: (Permit & { until: number })[] = [];
      for (const { kind, ms } of steps) {
        now += ms;
        // The lease of a crashed sender ends by itself; no attempt takes longer.
        running = running.filter(({ until }) => until > now);
        const [oldest] = running;
        if (kind === 'acquire') {
          const { permits } = await endpoint.acquireMany(3, now);
          running.push(...permits.map((permit) => ({ ...permit, until: now + 15_000 })));
          expect(new Set(running.map(({ lease }) => lease)).size).toBe(running.length);
          expect(running.length).toBeLessThanOrEqual(limits.concurrency);
        } else if (oldest && kind !== 'crash') {
          running = running.filter((one) => one !== oldest);
          if (kind === 'slow success') await endpoint.succeed(oldest, now, false);
          else await endpoint.fail(oldest, now, kind === 'open' ? 1000 : 0);
        }
      }
    }),
    { numRuns: 15 },
  );
});
