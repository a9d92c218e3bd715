import { describe, expect, it } from 'vitest';
import { millisOf } from '../../../shared/platform/timestamp.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('receiver-down');

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

describe('an endpoint that is down', () => {
  it.each([
    ['10 minutes', 10 * minute],
    ['6 hours', 6 * hour],
    ['2 days', 2 * day],
  ])(
    'for %s gets every notification once it is back, under the same key and with the same bytes',
    async (_text, outage) => {
      const harness = createDeliveryHarness(table);
      const back = harness.clock.now() + outage;
      const refused = { status: null, error: 'ECONNREFUSED' };
      const webhook = await harness.addEndpoint(({ at }) => (at < back ? refused : 204));
      const keys: string[] = [];
      for (let event = 0; event < 6; event += 1) {
        keys.push(await harness.announce());
        await harness.pass(outage / 6);
      }
      await harness.pass(25 * hour);
      const arrived = harness.arrivals.filter(({ at }) => at >= back).map(({ key }) => key);
      expect(arrived.sort()).toEqual(keys.sort());
      expect(new Set(harness.arrivals.map(({ key, body }) => `${key} ${body}`)).size).toBe(6);
      const deliveries = await harness.deliveries(webhook);
      expect(deliveries.map(({ status, next_attempt_at }) => [status, next_attempt_at])).toEqual(
        keys.map(() => ['delivered', null]),
      );
    },
  );

  it('gets ten attempts over three days by the documented schedule, and no more', async () => {
    const harness = createDeliveryHarness(table);
    const webhook = await harness.addEndpoint(() => ({ status: 503, text: 'not now' }));
    await harness.announce();
    await harness.pass(5 * day);
    const times = harness.arrivals.map(({ at }) => at);
    const waited = times.slice(1).map((at, index) => at - (times[index] ?? 0));
    const wanted = [5000, 5 * minute, 30 * minute, ...[2, 5, 10, 14, 20, 24].map((hours) => hours * hour)];
    expect(waited).toHaveLength(wanted.length);
    for (const [index, least] of wanted.entries()) {
      expect(waited[index]).toBeGreaterThanOrEqual(least);
      // A tenth of jitter, and a second of the queue, which counts in whole ones.
      expect(waited[index]).toBeLessThanOrEqual(least * 1.1 + 1000);
    }
    const [delivery] = await harness.deliveries(webhook);
    expect(delivery).toMatchObject({ status: 'exhausted', next_attempt_at: null, reason: null });
    expect(delivery?.attempts.map(({ at }) => millisOf(at))).toEqual(times);
    expect(delivery?.attempts[0]).toMatchObject({
      status_code: 503,
      response: 'not now',
      error: null,
      duration_ms: 20,
    });
  });

  it('gets one attempt at once after the clock jumped over several', async () => {
    const harness = createDeliveryHarness(table);
    let down = true;
    const webhook = await harness.addEndpoint(() => (down ? 500 : 200));
    await harness.announce();
    harness.jump(10 * minute);
    await harness.tick();
    expect(harness.arrivals).toHaveLength(2);
    down = false;
    harness.jump(6 * hour);
    await harness.tick();
    expect(harness.arrivals).toHaveLength(3);
    // The jump made the message of the second attempt superfluous: it has no effect.
    await harness.pass(minute);
    expect(harness.arrivals).toHaveLength(3);
    expect(await harness.deliveries(webhook)).toMatchObject([{ status: 'delivered' }]);
  });

  it('gets the pause of its Retry-After, but never less than the schedule’s', async () => {
    const harness = createDeliveryHarness(table);
    const asked = ['600', '1', undefined];
    await harness.addEndpoint(() => ({ status: 503, retryAfter: asked.shift() }));
    await harness.announce();
    await harness.pass(hour);
    const times = harness.arrivals.map(({ at }) => at);
    const [first = 0, second = 0, third = 0] = times.map((at) => at - (times[0] ?? 0));
    expect(first).toBe(0);
    expect(second).toBeGreaterThanOrEqual(600_000);
    expect(third - second).toBeGreaterThanOrEqual(300_000);
  });
});
