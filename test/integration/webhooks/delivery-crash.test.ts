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
 * numbers of calls in turn, its messages coming again or, with `lost`, not: then only timers are left.
 */
async function deliverDying(refusals: number[], deaths: number[], { lost }: { lost: boolean }): Promise<number> {
  const harness = createDeliveryHarness(table);
  const webhooks = await Promise.all(
    refusals.map((count) => {
      let left = count;
      return harness.addEndpoint(() => ((left -= 1) >= 0 ? 500 : 200));
    }),
  );
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
    const taken = harness.arrivals.filter(({ url }) => url === webhook.url);
    expect(taken.length).toBeGreaterThan(refusals[webhooks.indexOf(webhook)] ?? 0);
    expect(new Set(taken.map(({ key: sent, body }) => `${sent} ${body}`)).size).toBe(1);
    const deliveries = await harness.deliveries(webhook);
    expect(deliveries).toMatchObject([{ idempotency_key: key, status: 'delivered', next_attempt_at: null }]);
  }
  expect(harness.queued).toEqual([]);
  return died;
}

describe('a sender that dies after any of its calls', () => {
  it.each([
    ['one endpoint', [0]],
    ['one that refuses at first', [2]],
    ['several', [0, 1, 0]],
  ])('tells %s all the same', async (_text, refusals) => {
    let after = 1;
    while ((await deliverDying(refusals, [after], { lost: false })) > 0) after += 1;
    // List, store, open, admit, post, record, report.
    expect(after).toBeGreaterThanOrEqual(7);
    expect(after).toBeLessThan(80);
  });

  it('and again, and whose messages are lost after the first time, tells all the same', async () => {
    const death = fc.integer({ min: 1, max: 15 });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 3 }),
        fc.array(death, { minLength: 1, maxLength: 4 }),
        fc.boolean(),
        async (refusals, deaths, lost) => void (await deliverDying(refusals, deaths, { lost })),
      ),
      { numRuns: 15 },
    );
  });
});
