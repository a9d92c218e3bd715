import type { FunctionWorker, InvocationResult } from './start-function-worker.ts';
import type { InvokeMessage } from './worker-protocol.ts';

/** The workers of one function: as many as its invocations need at the same time, up to a cap. */
export type WorkerPool = {
  /** Runs an invocation in a free worker, and waits for one when all are busy. Never rejects. */
  run: (invocation: Omit<InvokeMessage, 'type'>) => Promise<InvocationResult>;
  /** Ends every worker once it is idle; later invocations start new ones. */
  replaceWorkers: () => void;
  counts(): { running: number; waiting: number; workers: number };
  close: () => Promise<void>;
};

/**
 * Makes a pool that starts one worker at a time. While it loads, other workers become free, so that a burst of
 * invocations does not load a bundle a hundred times on two cores.
 */
export const createWorkerPool = (startWorker: () => FunctionWorker, cap: number): WorkerPool => {
  const workers = new Set<FunctionWorker>();
  const waiting: ((worker: FunctionWorker) => void)[] = [];
  let idle: FunctionWorker[] = [];
  let loading = false;
  let running = 0;
  let closed = false;
  /** Workers that must not take another invocation. */
  const outdated = new WeakSet<FunctionWorker>();

  const grow = (): void => {
    if (closed || loading || waiting.length === 0 || workers.size >= cap) return;
    loading = true;
    const worker = startWorker();
    workers.add(worker);
    void (async () => {
      await worker.loaded;
      loading = false;
      // Also when loading failed: the waiting invocation must fail with that error.
      offer(worker);
      grow();
    })();
  };
  const offer = (worker: FunctionWorker): void => {
    if (outdated.has(worker)) {
      workers.delete(worker);
      void worker.end();
      return;
    }
    const next = waiting.shift();
    if (next !== undefined) next(worker);
    else if (worker.alive()) idle.push(worker);
    else workers.delete(worker);
  };
  const acquire = (): Promise<FunctionWorker> => {
    // A worker can die between two invocations, e.g. of an error in a timer that an invocation left behind.
    for (const worker of idle) if (!worker.alive()) workers.delete(worker);
    idle = idle.filter((worker) => worker.alive());
    const ready = idle.pop();
    if (ready !== undefined) return Promise.resolve(ready);
    return new Promise((resolve) => {
      waiting.push(resolve);
      grow();
    });
  };

  return {
    replaceWorkers: () => {
      for (const worker of workers) outdated.add(worker);
      const ended = idle;
      idle = [];
      for (const worker of ended) offer(worker);
    },
    counts: () => ({ running, waiting: waiting.length, workers: workers.size }),
    run: async (invocation) => {
      const worker = await acquire();
      running += 1;
      const result = await worker.run(invocation);
      running -= 1;
      if (worker.alive()) offer(worker);
      else workers.delete(worker);
      grow();
      return result;
    },
    close: async () => {
      closed = true;
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
};
