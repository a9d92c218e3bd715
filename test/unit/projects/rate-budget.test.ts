import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateBudget, type PayUnits } from '../../../shared/projects/rate-budget.ts';
import { creditOf, isRunning, type RateWindow } from '../../../shared/projects/rate-window.ts';

const start = 1_790_000_000_000;
const minute = 60_000;

/** The row that all processes share, as `payUnits` changes it. */
function createRow() {
  let window: RateWindow = { startedAt: 0, used: 0 };
  const row = {
    payments: 0,
    pay:
      (now: number): PayUnits =>
      () =>
        Promise.reject(new Error(`unused ${now}`)),
  };
  row.pay = (now) => (units, limit) => {
    row.payments += 1;
    const paid = !isRunning(window, now) || window.used + units <= limit;
    if (!isRunning(window, now)) window = { startedAt: now, used: units };
    else if (paid) window = { ...window, used: window.used + units };
    return Promise.resolve({ paid, window });
  };
  return row;
}

type Row = ReturnType<typeof createRow>;

/** Uses units as a request does: on credit, or paid for. @returns whether they were allowed */
async function use(budget: ReturnType<typeof createRateBudget>, row: Row, units: number, limit: number, now: number) {
  if (budget.useOnCredit('p', units, limit, now)) return true;
  return (await budget.pay('p', units, limit, now, row.pay(now))) === null;
}

describe('the rate budget of a process', () => {
  it('pays once for what it used on credit: 50 reads or 5 POSTs at the usual limit', async () => {
    for (const [units, requests] of [
      [1, 51],
      [10, 6],
    ] as const) {
      const [row, budget] = [createRow(), createRateBudget()];
      for (let made = 0; made < requests; made += 1) expect(await use(budget, row, units, 30_000, start)).toBe(true);
      expect(row.payments).toBe(1);
    }
  });

  it('costs nothing for a project that uses less than the credit in a minute', async () => {
    const [row, budget] = [createRow(), createRateBudget()];
    for (let made = 0; made < 300; made += 1) await use(budget, row, 10, 30_000, start + made * 20_000);
    expect(row.payments).toBe(0);
  });

  it('writes nothing for requests beyond the limit once it knows that the minute is full', async () => {
    const [row, budget] = [createRow(), createRateBudget()];
    let allowed = 0;
    for (let made = 0; made < 1000; made += 1) {
      if (await use(budget, row, 10, 600, start + made)) allowed += 1;
    }
    expect(allowed).toBe(60);
    expect(row.payments).toBeLessThanOrEqual(61);
    expect(await use(budget, row, 10, 600, start + minute + 1)).toBe(true);
  });

  it('keeps what it has used when a payment fails', async () => {
    const [row, budget] = [createRow(), createRateBudget()];
    for (let made = 0; made < 5; made += 1) await use(budget, row, 10, 30_000, start);
    const failing = budget.pay('p', 10, 30_000, start, () => Promise.reject(new Error('throttled')));
    await expect(failing).rejects.toThrow('throttled');
    const paid: number[] = [];
    await budget.pay('p', 10, 30_000, start, (units, limit) => {
      paid.push(units);
      return row.pay(start)(units, limit);
    });
    expect(paid).toEqual([60]);
  });

  it('allows what costs more than a whole minute in an empty one', async () => {
    const [row, budget] = [createRow(), createRateBudget()];
    expect(await use(budget, row, 100, 10, start)).toBe(true);
    expect(await use(budget, row, 1, 10, start + 1)).toBe(false);
  });

  it('allows all processes together the limit in a minute, one credit more for each, and never less than the limit', async () => {
    const request = fc.record({
      process: fc.integer({ min: 0, max: 4 }),
      after: fc.integer({ min: 0, max: 3000 }),
      units: fc.constantFrom(1, 5, 10, 20),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(request, { minLength: 50, maxLength: 500 }),
        fc.constantFrom(10, 100, 600, 1200, 6000),
        fc.constantFrom(1, 10, 60),
        async (requests, limit, slowness) => {
          const row = createRow();
          const budgets = Array.from({ length: 5 }, createRateBudget);
          const allowed: { now: number; units: number }[] = [];
          let [now, refused] = [start, 0];
          /** Units that were asked for since the last refusal of anything in a minute. */
          for (const { process, after, units } of requests) {
            now += after / slowness;
            const budget = budgets[process] as (typeof budgets)[number];
            const wanted = Math.min(units, limit);
            if (await use(budget, row, wanted, limit, now)) allowed.push({ now, units: wanted });
            else {
              refused += 1;
              // Fair use: nothing is refused before the limit was used within the last minute, but for the units of one request.
              const used = allowed.filter((one) => one.now > now - 2 * minute).reduce((sum, one) => sum + one.units, 0);
              expect(used + wanted).toBeGreaterThan(limit);
            }
          }
          // Any span of a minute touches two windows at most.
          for (const { now: from } of allowed) {
            const used = allowed
              .filter((one) => one.now >= from && one.now < from + minute)
              .reduce((sum, one) => sum + one.units, 0);
            expect(used).toBeLessThanOrEqual(2 * (limit + budgets.length * creditOf(limit)));
          }
          expect(refused + allowed.length).toBe(requests.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('allows no more than the limit and a credit for each process between the start of a minute and its end', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 0, max: 7 }), { minLength: 400, maxLength: 900 }),
        fc.constantFrom(600, 1200, 3000),
        async (processes, limit) => {
          const row = createRow();
          const budgets = Array.from({ length: 8 }, createRateBudget);
          let used = 0;
          for (const [index, process] of processes.entries()) {
            const now = start + index * 60;
            if (await use(budgets[process] as (typeof budgets)[number], row, 10, limit, now)) used += 10;
          }
          expect(used).toBeLessThanOrEqual(limit + budgets.length * creditOf(limit));
          expect(used).toBeGreaterThanOrEqual(Math.min(limit, 10 * processes.length) - 10);
        },
      ),
      { numRuns: 60 },
    );
  });
});
