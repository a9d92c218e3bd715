import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { spreadOfDeferrals } from '../../../shared/webhooks/postpone-delivery.ts';

const limits = { concurrency: 4, perSecond: 50 };

it('spreads deliveries by a second at first, and by a minute after some deferrals', () => {
  const spreads = [0, 1, 2, 5, 6, 10].map((deferrals) =>
    spreadOfDeferrals({ deferrals, waiting: 3, isHeld: false }, limits),
  );
  expect(spreads).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
});

it.each([
  ['two time-outs of four leases', 8, 30_000],
  ['five minutes', 10_000, 300_000],
  ['the time that the endpoint needs for a large backlog at its rate', 100_000, 2_000_000],
])('spreads what waits behind attempts that hang over %s', (_time, waiting, spread) => {
  expect(spreadOfDeferrals({ deferrals: 0, waiting, isHeld: true }, limits)).toBe(spread);
});

it('brings no more deliveries in a second than the endpoint may get, however many wait', () => {
  const numbers = fc.record({
    deferrals: fc.nat({ max: 10 }),
    waiting: fc.integer({ min: -1, max: 100_000 }),
    isHeld: fc.boolean(),
    perSecond: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(numbers, ({ perSecond, ...wait }) => {
      const seconds = spreadOfDeferrals(wait, { ...limits, perSecond }) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(wait.waiting / seconds).toBeLessThanOrEqual(perSecond * (1 + 1e-9));
    }),
  );
});
