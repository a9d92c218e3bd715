import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Table } from '../../../shared/store/table.ts';
import { createDeliveryHarness } from '../../support/delivery-harness.ts';
import { openStackTable } from '../../support/open-stack-table.ts';
import { startTestStack, type TestStack } from '../../support/start-test-stack.ts';

let stack: TestStack;
let table: Table;
beforeAll(async () => {
  stack = await startTestStack();
  table = openStackTable(stack.local);
});
afterAll(() => stack?.close());

const hour = 3_600_000;

/**
 * Endpoints that each refuse so many attempts of a delivery, a fact, and a sender that dies after each of the given
 * numbers of calls in turn, its messages coming again or, with `lost`, not: then only timers are left. Endpoints that are
 * trusted are sent the fact as it comes, others by a message.
 */
async function deliverDying(
  refusals: number[],
  deaths: number[],
  { lost, trusted }: { lost: boolean; trusted: boolean },
): Promise<number> {
  const harness = createDeliveryHarness(table);
  const earlier = `earlier-${harness.projectId}`;
  const webhooks = await Promise.all(
    refusals.map((count) => {
      let left = count;
      return harness.addEndpoint(({ key: sent }) => (sent !== earlier && (left -= 1) >= 0 ? 500 : 200));
    }),
  );
  if (trusted) await harness.announce({ idempotency_key: earlier });
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
    ['one endpoint', [0], false],
    ['one that is trusted', [0], true],
    ['one that refuses at first', [2], false],
    ['one that is trusted, and refuses', [1], true],
    ['several', [0, 1, 0], false],
    ['several that are trusted', [0, 1, 0], true],
  ])('tells %s all the same', async (_text, refusals, trusted) => {
    let after = 1;
    while ((await deliverDying(refusals, [after], { lost: false, trusted })) > 0) after += 1;
    // List, admit, store, open, post, record, and for one that is not trusted more.
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
        fc.boolean(),
        async (refusals, deaths, lost, trusted) => void (await deliverDying(refusals, deaths, { lost, trusted })),
      ),
      { numRuns: 30 },
    );
  }, 60_000);
});
