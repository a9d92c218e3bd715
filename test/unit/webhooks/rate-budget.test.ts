import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateBudget } from '../../../shared/webhooks/rate-budget.ts';

const start = 1_790_000_000_000;

/** The traffic row of an endpoint: gives `perSecond` permits in each second. */
function createRow(perSecond: number) {
  const given = new Map<number, number>();
  let leases = 0;
  return {
    leases: () => leases,
    lease:
      (now: number) =>
      async (wanted: number): Promise<number> => {
        leases += 1;
        await Promise.resolve();
        const second = Math.floor(now / 1000);
        const share = Math.min(wanted, perSecond - (given.get(second) ?? 0));
        given.set(second, (given.get(second) ?? 0) + share);
        return share;
      },
  };
}

describe('the rate of a healthy endpoint', () => {
  it('costs no lease for the first attempt of each second', async () => {
    const [row, budget] = [createRow(50), createRateBudget()];
    for (let second = 0; second < 20; second += 1) {
      expect(await budget.take('webhook_1', start + second * 1000, row.lease(start + second * 1000))).toBe(true);
    }
    expect(row.leases()).toBe(0);
  });

  it('is exact for a process alone, however many attempts it wants at once', async () => {
    const [row, budget] = [createRow(25), createRateBudget()];
    const wanted = Array.from({ length: 60 }, () => budget.take('webhook_1', start, row.lease(start)));
    expect((await Promise.all(wanted)).filter(Boolean)).toHaveLength(25);
    expect(row.leases()).toBe(4);
  });

  it('is exceeded by one attempt at most for each process that makes no other one in the second', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.integer({ min: 0, max: 2999 }), { maxLength: 40 }), { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 60 }),
        async (processes, perSecond) => {
          const row = createRow(perSecond);
          const taken = new Map<number, number>();
          const single = new Map<number, number>();
          for (const times of processes) {
            const budget = createRateBudget();
            const own = new Map<number, number>();
            for (const after of times.toSorted((a, b) => a - b)) {
              const now = start + after;
              if (!(await budget.take('webhook_1', now, row.lease(now)))) continue;
              const second = Math.floor(now / 1000);
              own.set(second, (own.get(second) ?? 0) + 1);
            }
            for (const [second, count] of own) {
              taken.set(second, (taken.get(second) ?? 0) + count);
              if (count === 1) single.set(second, (single.get(second) ?? 0) + 1);
            }
          }
          for (const [second, count] of taken) {
            expect(count).toBeLessThanOrEqual(perSecond + (single.get(second) ?? 0));
          }
        },
      ),
    );
  });

  it('refuses no attempt before half of the rate was used, however many processes share it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 1, maxLength: 200 }),
        fc.integer({ min: 1, max: 100 }),
        async (attempts, perSecond) => {
          const row = createRow(perSecond);
          const processes = Array.from({ length: 31 }, () => createRateBudget());
          let made = 0;
          for (const index of attempts) {
            const isMade = await processes[index]?.take('webhook_1', start, row.lease(start));
            if (!isMade) expect(made).toBeGreaterThanOrEqual(perSecond / 2);
            made += isMade ? 1 : 0;
          }
        },
      ),
    );
  });

  it('is leased again after a lease that failed', async () => {
    const budget = createRateBudget();
    const row = createRow(50);
    await budget.take('webhook_1', start, row.lease(start));
    const failing = budget.take('webhook_1', start, () => Promise.reject(new Error('throttled')));
    await expect(failing).rejects.toThrow('throttled');
    expect(await budget.take('webhook_1', start, row.lease(start))).toBe(true);
  });

  it('of one endpoint leaves the others alone', async () => {
    const [row, budget] = [createRow(1), createRateBudget()];
    expect(await budget.take('webhook_1', start, row.lease(start))).toBe(true);
    expect(await budget.take('webhook_2', start, row.lease(start))).toBe(true);
  });
});
