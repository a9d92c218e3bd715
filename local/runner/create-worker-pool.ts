import type { WorkerLimit } from './create-worker-limit.ts';
import type { FunctionWorker, InvocationResult } from './start-function-worker.ts';
import type { InvokeMessage } from './worker-protocol.ts';

/** The workers of one function: as many as its invocations need at the same time, up to a cap. */
export type WorkerPool = {
  /** Runs an invocation in a free worker, and waits for one when all are busy. Never rejects. */
  run: (invocation: Omit<InvokeMessage, 'type'>) => Promise<InvocationResult>;
  /** Ends every worker once it is idle; later invocations start new ones. */
  replaceWorkers: () => void;
  /** `started`: workers since the start, as many as there were cold starts. */
  counts(): { running: number; waiting: number; workers: number; started: number };
  close: () => Promise<void>;
};

export type WorkerPoolOptions = {
  /** Workers at the same time. */
  cap: number;
  /** An invocation that has waited for this long gets a further worker. The first worker starts at once. */
  growAfterMs: number;
  /** A worker without an invocation for this long is ended. */
  idleLimitMs: number;
  /** Workers of all functions together. */
  limit: WorkerLimit;
};

type Waiting = { since: number; take: (worker: FunctionWorker) => void };

/**
 * Makes a pool that starts one worker at a time, and a further one only for an invocation that has waited. Until then
 * other workers become free, so that a burst of short invocations does not load a bundle a hundred times on two cores.
 * The worker that was used last is used first, so those that a burst needed become idle and end.
 */
export const createWorkerPool = (
  startWorker: () => FunctionWorker,
  { cap, growAfterMs, idleLimitMs, limit }: WorkerPoolOptions,
): WorkerPool => {
  const workers = new Set<FunctionWorker>();
  const waiting: Waiting[] = [];
  /** Idle workers, the one that was used last at the end, and what makes each busy again. */
  const idle = new Map<FunctionWorker, () => void>();
  let loading = false;
  let growing: NodeJS.Timeout | undefined;
  let running = 0;
  let started = 0;
  let closed = false;
  /** Workers that must not take another invocation. */
  const outdated = new WeakSet<FunctionWorker>();

  const remove = (worker: FunctionWorker): void => {
    idle.get(worker)?.();
    idle.delete(worker);
    if (workers.delete(worker)) limit.release();
  };
  const end = (worker: FunctionWorker): void => {
    void worker.end();
    remove(worker);
  };
  const rest = (worker: FunctionWorker): void => {
    const timer = setTimeout(() => end(worker), idleLimitMs);
    timer.unref();
    const isBusy = limit.idle({ end: () => end(worker) });
    idle.set(worker, () => {
      clearTimeout(timer);
      isBusy();
    });
  };
  const grow = (): void => {
    const [oldest] = waiting;
    if (closed || loading || oldest === undefined || workers.size >= cap) return;
    const stillMs = workers.size === 0 ? 0 : oldest.since + growAfterMs - Date.now();
    clearTimeout(growing);
    if (stillMs > 0) {
      growing = setTimeout(grow, stillMs);
      return;
    }
    if (!limit.take(grow)) return;
    loading = true;
    started += 1;
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
      end(worker);
      return;
    }
    const next = waiting.shift();
    if (next !== undefined) next.take(worker);
    else if (worker.alive()) rest(worker);
    else remove(worker);
  };
  const acquire = (): Promise<FunctionWorker> => {
    // A worker can die between two invocations, e.g. of an error in a timer that an invocation left behind.
    for (const worker of idle.keys()) if (!worker.alive()) remove(worker);
    const ready = [...idle.keys()].at(-1);
    if (ready !== undefined) {
      idle.get(ready)?.();
      idle.delete(ready);
      return Promise.resolve(ready);
    }
    return new Promise((take) => {
      waiting.push({ since: Date.now(), take });
      grow();
    });
  };

  return {
    replaceWorkers: () => {
      for (const worker of workers) outdated.add(worker);
      for (const worker of idle.keys()) end(worker);
    },
    counts: () => ({ running, waiting: waiting.length, workers: workers.size, started }),
    run: async (invocation) => {
      const worker = await acquire();
      running += 1;
      const result = await worker.run(invocation);
      running -= 1;
      if (worker.alive()) offer(worker);
      else remove(worker);
      grow();
      return result;
    },
    close: async () => {
      closed = true;
      clearTimeout(growing);
      for (const isBusy of idle.values()) isBusy();
      await Promise.all([...workers].map((worker) => worker.end()));
    },
  };
};
