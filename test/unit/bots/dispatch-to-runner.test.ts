import { expect, it } from 'vitest';
import { retryPauseMs } from '../../../shared/bots/dispatch-to-runner.ts';

it('a failed dispatch is repeated after 2, 4, 8 … 60 seconds, up to a quarter longer', () => {
  const pauses = [1, 2, 3, 4, 5, 6, 7, 50].map((count) => retryPauseMs(count, 0));
  expect(pauses).toEqual([2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000]);
  expect(retryPauseMs(6, 0.999)).toBeLessThanOrEqual(75_000);
});
