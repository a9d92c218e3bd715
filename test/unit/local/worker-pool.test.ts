import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createWorkerLimit, type WorkerLimit } from '../../../local/runner/create-worker-limit.ts';
import { createWorkerPool, type WorkerPool } from '../../../local/runner/create-worker-pool.ts';
import type { FunctionWorker, InvocationResult } from '../../../local/runner/start-function-worker.ts';

const invocation = { event: '{}', awsRequestId: 'id', timeoutMs: 1000 };
const done: InvocationResult = { ok: true, payload: 'null' };

/** Ends of the invocations that run, oldest first. */
let running: (() => void)[];
let alive: number;
let most: number;
beforeEach(() => {
  vi.useFakeTimers();
  running = [];
  alive = 0;
  most = 0;
});
afterEach(() => {
  vi.useRealTimers();
});

function startWorker(): FunctionWorker {
  let isAlive = true;
  alive += 1;
  most = Math.max(most, alive);
  return {
    loaded: Promise.resolve(undefined),
    alive: () => isAlive,
    run: () => new Promise((resolve) => running.push(() => resolve(done))),
    end: async () => {
      if (isAlive) alive -= 1;
      isAlive = false;
    },
  };
}
const createPool = (limit: WorkerLimit, cap = 10): WorkerPool =>
  createWorkerPool(startWorker, { cap, growAfterMs: 100, idleLimitMs: 60_000, limit });
const pass = (milliseconds = 0): Promise<unknown> => vi.advanceTimersByTimeAsync(milliseconds);
const finish = async (count: number): Promise<void> => {
  for (const end of running.splice(0, count)) end();
  await pass();
};

describe('a pool of workers', () => {
  it('ends a worker that was idle for a minute, and counts its cold starts', async () => {
    const pool = createPool(createWorkerLimit(10));
    void pool.run(invocation);
    await pass();
    await finish(1);
    await pass(59_999);
    expect(pool.counts()).toEqual({ running: 0, waiting: 0, workers: 1, started: 1 });
    void pool.run(invocation);
    await pass();
    await finish(1);
    expect(pool.counts()).toMatchObject({ workers: 1, started: 1 });
    await pass(60_000);
    expect([alive, pool.counts().workers]).toEqual([0, 0]);
    void pool.run(invocation);
    await pass();
    expect(pool.counts()).toEqual({ running: 1, waiting: 0, workers: 1, started: 2 });
  });

  it('keeps a worker that works for long', async () => {
    const pool = createPool(createWorkerLimit(10));
    void pool.run(invocation);
    await pass(600_000);
    expect(pool.counts()).toMatchObject({ running: 1, workers: 1 });
  });

  it('ends the workers that only a burst needed', async () => {
    const pool = createPool(createWorkerLimit(10));
    for (let index = 0; index < 5; index += 1) void pool.run(invocation);
    await pass(100);
    expect(alive).toBe(5);
    await finish(5);
    for (let second = 0; second < 90; second += 1) {
      void pool.run(invocation);
      await pass(1000);
      await finish(1);
    }
    expect([alive, pool.counts().started]).toEqual([1, 5]);
  });
});

describe('a pool that has a worker', () => {
  it('starts no other one for invocations that wait for less than 100 ms', async () => {
    const pool = createPool(createWorkerLimit(10));
    const results = Array.from({ length: 20 }, () => pool.run(invocation));
    for (let index = 0; index < 20; index += 1) {
      await pass(4);
      await finish(1);
    }
    expect(await Promise.all(results)).toHaveLength(20);
    expect(pool.counts()).toEqual({ running: 0, waiting: 0, workers: 1, started: 1 });
  });

  it('starts one for each invocation that waits for longer', async () => {
    const pool = createPool(createWorkerLimit(10));
    for (let index = 0; index < 3; index += 1) void pool.run(invocation);
    await pass(99);
    expect([running.length, pool.counts().started]).toEqual([1, 1]);
    await pass(1);
    expect([running.length, pool.counts()]).toMatchObject([3, { waiting: 0, started: 3 }]);
  });

  it('counts the time of each invocation that waits, not that of an earlier one', async () => {
    const pool = createPool(createWorkerLimit(10));
    void pool.run(invocation);
    void pool.run(invocation);
    await pass(90);
    await finish(1);
    void pool.run(invocation);
    await pass(99);
    expect(pool.counts()).toMatchObject({ running: 1, waiting: 1, started: 1 });
    await pass(1);
    expect(pool.counts()).toMatchObject({ running: 2, waiting: 0, started: 2 });
  });
});

describe('a limit of all workers', () => {
  it('ends the worker that is idle for longest when another function needs one', async () => {
    const limit = createWorkerLimit(2);
    const [a, b] = [createPool(limit), createPool(limit)];
    for (const pool of [a, b]) {
      void pool.run(invocation);
      await pass();
      await finish(1);
    }
    void b.run(invocation);
    void b.run(invocation);
    await pass(100);
    expect([a.counts().workers, b.counts()]).toMatchObject([0, { workers: 2, running: 2 }]);
    expect(most).toBe(2);
  });

  it('offers a place to the next one when the first needs it no more', () => {
    const limit = createWorkerLimit(1);
    const asked: string[] = [];
    expect(limit.take(() => {})).toBe(true);
    expect(limit.take(() => void asked.push('needs none'))).toBe(false);
    const takes = (): void => void asked.push(`takes: ${limit.take(() => asked.push('again'))}`);
    expect([limit.take(takes), limit.take(() => void asked.push('waits'))]).toEqual([false, false]);
    limit.release();
    expect(asked).toEqual(['needs none', 'takes: true']);
    limit.release();
    expect(asked.at(-1)).toBe('waits');
  });

  it('makes invocations wait while all are busy, and runs them all', async () => {
    const limit = createWorkerLimit(3);
    const pools = [createPool(limit), createPool(limit), createPool(limit)];
    const results = pools.flatMap((pool) => Array.from({ length: 4 }, () => pool.run(invocation)));
    await pass();
    expect([alive, running.length]).toEqual([3, 3]);
    while (running.length > 0) await finish(1);
    expect(await Promise.all(results)).toEqual(Array.from({ length: 12 }, () => done));
    expect(most).toBe(3);
  });
});
