import { describe, expect, it } from 'vitest';
import { millisOf, timestampOf } from '../../../shared/platform/timestamp.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { useOwnTable } from '../../support/use-stack.ts';
import { waitUntil } from '../../support/wait-until.ts';

const table = useOwnTable('fair-share');

const minute = 60_000;

describe('an endpoint that hangs', () => {
  it('delays no other endpoint, and postpones its own deliveries without counting an attempt', async () => {
    const harness = createDeliveryHarness(table);
    const healthy = await harness.addEndpoint();
    await harness.announce();
    const hang = Promise.withResolvers<object>();
    const hanging = await harness.addEndpoint(() => hang.promise);
    const arrivedAt = (url: string) => harness.arrivals.filter((arrival) => arrival.url === url).length;

    const announced = Promise.all(Array.from({ length: 20 }, () => harness.announce()));
    await waitUntil(() => arrivedAt(healthy.url) === 21);
    await waitUntil(() => arrivedAt(hanging.url) === 4);
    await waitUntil(async () => (await harness.deliveries(hanging)).filter((one) => one.version > 1).length === 16);
    const waiting = (await harness.deliveries(hanging)).filter((one) => one.version > 1);
    for (const { status, attempts, round, next_attempt_at } of waiting) {
      expect({ status, attempts, round }).toEqual({ status: 'pending', attempts: [], round: 0 });
      expect(next_attempt_at).not.toBeNull();
    }
    hang.resolve({ status: null, error: 'TIMEOUT', durationMs: 15_000 });
    await announced;
  });

  it('gets ever fewer attempts, without a busy loop, and every notification once it is back', async () => {
    const harness = createDeliveryHarness(table);
    let down = true;
    const webhook = await harness.addEndpoint(() =>
      down ? { status: null, error: 'TIMEOUT', durationMs: 15_000 } : 200,
    );
    const keys: string[] = [];
    for (let index = 0; index < 30; index += 1) keys.push(await harness.announce());
    const before = harness.calls.made;
    await harness.pass(10 * minute);
    // Thirty deliveries for ten minutes: a poll per second would be eighteen thousand.
    expect(harness.calls.made - before).toBeLessThan(3000);
    down = false;
    await harness.pass(7 * minute);
    expect(await harness.deliveries(webhook)).toHaveLength(30);
    await harness.pass(12 * 60 * minute);
    const statuses = (await harness.deliveries(webhook)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 'delivered')).toEqual([]);
    expect(new Set(harness.arrivals.map(({ key }) => key))).toEqual(new Set(keys));
  });
});

describe('an unproven endpoint', () => {
  it('gets a whole burst at once when it answers fast', async () => {
    const harness = createDeliveryHarness(table);
    await harness.addEndpoint();
    await Promise.all(Array.from({ length: 20 }, () => harness.announce()));
    expect(harness.arrivals).toHaveLength(20);
  });
});

describe('an endpoint that is overloaded', () => {
  it.each([429, 502, 504])('and answers %i gets no attempt of any delivery during the pause', async (status) => {
    const harness = createDeliveryHarness(table);
    let busy = true;
    const webhook = await harness.addEndpoint(() => (busy ? { status, retryAfter: '60' } : 200));
    await harness.announce();
    const pausedUntil = harness.deps.clock.now() + 60_000;
    for (let index = 0; index < 5; index += 1) await harness.announce();
    // Each is stored once, with the end of the pause, and no message for now finds that there is no room.
    const waiting = (await harness.deliveries(webhook)).filter(({ attempts }) => attempts.length === 0);
    expect(waiting.map(({ version }) => version)).toEqual([1, 1, 1, 1, 1]);
    for (const { next_attempt_at } of waiting) {
      expect(millisOf(next_attempt_at ?? timestampOf(0))).toBeGreaterThanOrEqual(pausedUntil - 1000);
    }
    await harness.pass(59_000);
    expect(harness.arrivals).toHaveLength(1);
    busy = false;
    await harness.pass(8 * minute);
    expect(new Set(harness.arrivals.map(({ key }) => key)).size).toBe(6);
  });
});

describe('an endpoint that fails without being overloaded', () => {
  it('still gets new notifications at once', async () => {
    const harness = createDeliveryHarness(table);
    await harness.addEndpoint(() => 500);
    for (let index = 0; index < 5; index += 1) {
      await harness.announce();
      harness.jump(100);
    }
    expect(new Set(harness.arrivals.map(({ key }) => key)).size).toBe(5);
  });
});
