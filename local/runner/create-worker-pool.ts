import type { FunctionWorker, InvocationResult } from './start-function-worker.ts';
import type { InvokeMessage } from './worker-protocol.ts';

/** The instances of one function: as many as are needed at a time, up to a cap. */
export type WorkerPool = {
  run: (invocation: Omit<InvokeMessage, 'type'>) => Promise<InvocationResult>;
  setCap: (cap: number) => void;
  counts(): { running: number; waiting: number; workers: number };
  close: () => Promise<void>;
};

/**
 * Makes a pool that starts one worker at a time: while it loads, finished invocations free others, so a burst does
 * not load a bundle a hundred times on two cores.
 */
export const createWorkerPool = (startWorker: () => FunctionWorker, initialCap: number): WorkerPool => {
  const workers = new Set<FunctionWorker>();
  const waiting: ((worker: FunctionWorker) => void)[] = [];
  let idle: FunctionWorker[] = [];
  let cap = initialCap;
  let loading = false;
  let running = 0;
  let closed = false;

  const grow = (): void => {
    if (closed || loading || waiting.length === 0 || workers.size >= cap) return;
    loading = true;
    const worker = startWorker();
    workers.add(worker);
    void (async () => {
      await worker.loaded;
      loading = false;
      // Also when loading failed: the invocation that waits must hear of it.
      offer(worker);
      grow();
    })();
  };
  const offer = (worker: FunctionWorker): void => {
    const next = waiting.shift();
    if (next !== undefined) next(worker);
    else if (worker.alive()) idle.push(worker);
    else workers.delete(worker);
  };
  const acquire = (): Promise<FunctionWorker> => {
    // A worker may have died between two invocations, e.g. of an error in a timer it left behind.
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
    setCap: (wanted) => {
      cap = wanted;
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
