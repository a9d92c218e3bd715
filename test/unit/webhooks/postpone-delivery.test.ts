import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { spreadOfDeferrals } from '../../../shared/webhooks/postpone-delivery.ts';

it('spreads deliveries by a second at first, and by a minute after some deferrals', () => {
  const spreads = [0, 1, 2, 5, 6, 10].map((deferrals) =>
    spreadOfDeferrals({ deferrals, waiting: 3 }, { perSecond: 50 }),
  );
  expect(spreads).toEqual([1000, 2000, 4000, 32_000, 60_000, 60_000]);
});

it('brings no more deliveries in a second than the endpoint may get, however many wait', () => {
  const numbers = fc.record({
    deferrals: fc.nat({ max: 10 }),
    waiting: fc.integer({ min: -1, max: 100_000 }),
    perSecond: fc.integer({ min: 1, max: 1000 }),
  });
  fc.assert(
    fc.property(numbers, ({ deferrals, waiting, perSecond }) => {
      const seconds = spreadOfDeferrals({ deferrals, waiting }, { perSecond }) / 1000;
      expect(seconds).toBeGreaterThanOrEqual(1);
      expect(waiting / seconds).toBeLessThanOrEqual(perSecond * (1 + 1e-9));
    }),
  );
});
