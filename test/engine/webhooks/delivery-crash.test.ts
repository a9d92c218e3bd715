import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { callsOf } from '../../support/share-of-cases.ts';
import { useOwnTable } from '../../support/use-stack.ts';

const table = useOwnTable('delivery-crash');

const hour = 3_600_000;

/** The health of the endpoints before the notification comes. */
type Health = 'unproven' | 'healthy' | 'degraded';

/**
 * Delivers a notification with a sender that crashes after each of the given numbers of calls in turn. Afterwards its
 * messages come again; with `lost` they do not, and only timers are left. Degraded endpoints are delivered to by a
 * message, the others inline.
 *
 * @param refusals how many attempts each endpoint refuses
 * @param crashes numbers of calls
 * @returns how many of the crashes happened
 */
async function deliverWithCrashes(
  refusals: readonly number[],
  crashes: number[],
  { lost, health }: { lost: boolean; health: Health },
): Promise<number> {
  const harness = createDeliveryHarness(table);
  const earlier = `earlier-${harness.projectId}`;
  const webhooks = await Promise.all(
    refusals.map((count) => {
      let left = count;
      return harness.addEndpoint(({ key: sent }) => {
        if (sent === earlier) return { status: 200, durationMs: health === 'degraded' ? 3000 : 20 };
        return (left -= 1) >= 0 ? 500 : 200;
      });
    }),
  );
  if (health !== 'unproven') await harness.announce({ idempotency_key: earlier });
  let crashed = 0;
  const arm = (): void => {
    const after = crashes[crashed];
    harness.calls.made = 0;
    harness.calls.crashAfter = after ?? Number.POSITIVE_INFINITY;
    harness.calls.onCrash = () => {
      crashed += 1;
      arm();
    };
    harness.calls.lost = lost && crashed > 0;
  };
  arm();
  const key = await harness.announce();
  await harness.pass(12 * hour);
  for (const webhook of webhooks) {
    const taken = harness.arrivals.filter(({ url, key: sent }) => url === webhook.url && sent !== earlier);
    expect(taken.length).toBeGreaterThan(refusals[webhooks.indexOf(webhook)] ?? 0);
    expect(new Set(taken.map(({ key: sent, body }) => `${sent} ${body}`)).size).toBe(1);
    const deliveries = await harness.deliveries(webhook);
    expect(deliveries.filter(({ idempotency_key }) => idempotency_key !== earlier)).toMatchObject([
      { idempotency_key: key, status: 'delivered', next_attempt_at: null },
    ]);
  }
  expect(harness.queued).toEqual([]);
  return crashed;
}

describe('a sender that crashes after any of its calls', () => {
  it.each([
    ['one unproven endpoint', [0], 'unproven', 0],
    ['one healthy endpoint', [0], 'healthy', 1],
    ['one degraded endpoint', [0], 'degraded', 0],
    ['one endpoint that refuses at first', [2], 'unproven', 1],
    ['several unproven endpoints', [0, 1, 0], 'unproven', 0],
    ['several healthy endpoints', [0, 1, 0], 'healthy', 1],
    ['several degraded endpoints', [0, 1, 0], 'degraded', 2],
  ] as const)('delivers to %s all the same', async (_text, refusals, health, story) => {
    const { first, step } = callsOf(story, refusals.length > 1 ? 3 : 1);
    let after = first;
    while ((await deliverWithCrashes(refusals, [after], { lost: false, health })) > 0) after += step;
    // List, acquire, store, open, post, record, and more for a degraded endpoint.
    expect(after).toBeGreaterThanOrEqual(6);
    expect(after).toBeLessThan(80);
  });

  it('delivers all the same after several crashes, and when the later messages are lost', async () => {
    const crash = fc.integer({ min: 1, max: 15 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
        fc.array(crash, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom<Health>('unproven', 'healthy', 'degraded'),
        async (refusals, crashes, lost, health) => void (await deliverWithCrashes(refusals, crashes, { lost, health })),
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});
