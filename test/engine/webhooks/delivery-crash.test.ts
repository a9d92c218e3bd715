import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { useStack } from '../../support/use-stack.ts';

const stack = useStack();

const hour = 3_600_000;

/** What is known of an endpoint before. */
type Known = 'new' | 'trusted' | 'slow';

/**
 * Endpoints that each refuse so many attempts of a delivery, a notification, and a sender that dies after each of the given
 * numbers of calls in turn, its messages coming again or, with `lost`, not: then only timers are left. Endpoints that are
 * new or trusted are sent the notification as it comes, those that have been slow by a message.
 */
async function deliverDying(
  refusals: readonly number[],
  deaths: number[],
  { lost, known }: { lost: boolean; known: Known },
): Promise<number> {
  const harness = createDeliveryHarness(stack.table);
  const earlier = `earlier-${harness.projectId}`;
  const webhooks = await Promise.all(
    refusals.map((count) => {
      let left = count;
      return harness.addEndpoint(({ key: sent }) => {
        if (sent === earlier) return { status: 200, durationMs: known === 'slow' ? 3000 : 20 };
        return (left -= 1) >= 0 ? 500 : 200;
      });
    }),
  );
  if (known !== 'new') await harness.announce({ idempotency_key: earlier });
  let died = 0;
  const arm = (): void => {
    const after = deaths[died];
    harness.calls.made = 0;
    harness.calls.crashAfter = after ?? Number.POSITIVE_INFINITY;
    harness.calls.onCrash = () => {
      died += 1;
      arm();
    };
    harness.calls.lost = lost && died > 0;
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
  return died;
}

describe('a sender that dies after any of its calls', () => {
  it.each([
    ['one endpoint', [0], 'new'],
    ['one that is trusted', [0], 'trusted'],
    ['one that is slow', [0], 'slow'],
    ['one that refuses at first', [2], 'new'],
    ['several', [0, 1, 0], 'new'],
    ['several that are trusted', [0, 1, 0], 'trusted'],
    ['several that are slow', [0, 1, 0], 'slow'],
  ] as const)('tells %s all the same', async (_text, refusals, known) => {
    let after = 1;
    while ((await deliverDying(refusals, [after], { lost: false, known })) > 0) after += 1;
    // List, admit, store, open, post, record, and for one that is slow more.
    expect(after).toBeGreaterThanOrEqual(6);
    expect(after).toBeLessThan(80);
  });

  it('and again, and whose messages are lost after the first time, tells all the same', async () => {
    const death = fc.integer({ min: 1, max: 15 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
        fc.array(death, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        fc.constantFrom<Known>('new', 'trusted', 'slow'),
        async (refusals, deaths, lost, known) => void (await deliverDying(refusals, deaths, { lost, known })),
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});
