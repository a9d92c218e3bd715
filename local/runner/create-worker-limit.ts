/** A worker that may be ended to make place for another one. */
type IdleWorker = { end: () => void };

/** Places for the workers of all functions together. */
export type WorkerLimit = {
  /**
   * Takes a place for a worker. When all are taken, the worker that has been idle for longest is ended for it.
   *
   * @param retry called when a place may be free, after the answer was false
   * @returns false when all workers are busy
   */
  take: (retry: () => void) => boolean;
  /** A worker has ended. */
  release: () => void;
  /** A worker became idle; the returned function says that it is busy again, or has ended. */
  idle: (worker: IdleWorker) => () => void;
};

/** Bounds the memory that workers take: each has some 45 MB. */
export const createWorkerLimit = (most: number): WorkerLimit => {
  const idle = new Set<IdleWorker>();
  const waiting = new Set<() => void>();
  let taken = 0;

  const hasRoom = (): boolean => taken < most || idle.size > 0;
  /** A function that waits may no longer need a place: then the next one is asked. */
  const offer = (): void => {
    while (hasRoom()) {
      const [retry] = waiting;
      if (retry === undefined) return;
      waiting.delete(retry);
      retry();
    }
  };
  const release = (): void => {
    taken -= 1;
    offer();
  };
  return {
    take: (retry) => {
      const [longestIdle] = idle;
      // Its end releases a place at once.
      if (taken >= most) longestIdle?.end();
      if (taken >= most) {
        waiting.add(retry);
        return false;
      }
      taken += 1;
      return true;
    },
    release,
    idle: (worker) => {
      idle.add(worker);
      // After the caller has the function below: the worker may be ended at once.
      queueMicrotask(offer);
      return () => idle.delete(worker);
    },
  };
};
