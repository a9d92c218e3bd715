import type { Logger } from '../platform/create-logger.ts';
import { shareTimingMs } from '../platform/timing.ts';
import type { ShareLease } from './share-store.ts';

/**
 * A project's share of the workers of a lane. Work that ends fast needs nothing. Work that still runs after a moment
 * needs a lease of its project, which has as many as its share; without a lease its signal is aborted. So a project
 * whose endpoints, runners or calendars are slow keeps no more workers busy than its share.
 */
export interface WorkerShare {
  /**
   * Does work for a project.
   *
   * @param isSlow when it is known that the work takes long: the lease is acquired before it begins
   * @param work must end soon once the signal is aborted
   * @returns the result; null when the work was not begun: it is slow, or work of the project was slow a moment ago, and the
   * project has no lease left
   */
  run<Result>(
    of: { projectId: string; isSlow: boolean },
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result | null>;
}

export interface WorkerShareDeps {
  /** @returns null when all leases of the project are in use */
  acquire: (projectId: string) => Promise<ShareLease | null>;
  release: (lease: ShareLease) => Promise<void>;
  /** Milliseconds since the epoch. */
  now: () => number;
  logger: Pick<Logger, 'warn'>;
}

/** One lease for all that this process does for a project at a time: they keep one worker busy. */
interface Hold {
  users: number;
  lease: Promise<ShareLease | null>;
}

/** Projects that a process remembers; then it begins again. */
const mostProjects = 1000;

export function createWorkerShare({ acquire, release, now, logger }: WorkerShareDeps): WorkerShare {
  const holds = new Map<string, Hold>();
  const slowUntil = new Map<string, number>();
  const fullUntil = new Map<string, number>();

  const remember = (times: Map<string, number>, projectId: string, forMs: number): void => {
    if (times.size >= mostProjects) times.clear();
    times.set(projectId, now() + forMs);
  };
  const isWithin = (times: Map<string, number>, projectId: string): boolean => (times.get(projectId) ?? 0) > now();

  /** @returns null when the share of the project is used up */
  const join = async (projectId: string): Promise<Hold | null> => {
    const isFull = !holds.has(projectId) && isWithin(fullUntil, projectId);
    if (isFull) return null;
    const hold = holds.get(projectId) ?? { users: 0, lease: acquire(projectId) };
    holds.set(projectId, hold);
    hold.users += 1;
    try {
      if ((await hold.lease) !== null) return hold;
    } catch (error) {
      await leave(projectId, hold);
      throw error;
    }
    await leave(projectId, hold);
    remember(fullUntil, projectId, shareTimingMs.fullMemory);
    return null;
  };
  const leave = async (projectId: string, hold: Hold): Promise<void> => {
    hold.users -= 1;
    if (hold.users > 0) return;
    if (holds.get(projectId) === hold) holds.delete(projectId);
    try {
      const lease = await hold.lease;
      if (lease) await release(lease);
    } catch (error) {
      // It ends by itself.
      logger.warn('worker share not released', { project_id: projectId, error: error as Error });
    }
  };

  const runHeld = async <Result>(
    projectId: string,
    hold: Hold,
    work: (signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> => {
    const startedAt = now();
    try {
      return await work(new AbortController().signal);
    } finally {
      if (now() - startedAt < shareTimingMs.patience) slowUntil.delete(projectId);
      else remember(slowUntil, projectId, shareTimingMs.slowMemory);
      await leave(projectId, hold);
    }
  };

  return {
    run: async ({ projectId, isSlow }, work) => {
      if (isSlow || isWithin(slowUntil, projectId)) {
        const hold = await join(projectId);
        return hold && runHeld(projectId, hold, work);
      }
      const controller = new AbortController();
      let joined: Promise<Hold | null> = Promise.resolve(null);
      const timer = setTimeout(() => {
        remember(slowUntil, projectId, shareTimingMs.slowMemory);
        joined = join(projectId).catch((error: Error) => {
          // Without its row the share cannot be known. The work goes on, as it did before there were shares.
          logger.warn('worker share not acquired', { project_id: projectId, error });
          return { users: 1, lease: Promise.resolve(null) };
        });
        void joined.then((hold) => hold ?? controller.abort());
      }, shareTimingMs.patience);
      try {
        return await work(controller.signal);
      } finally {
        clearTimeout(timer);
        const hold = await joined;
        if (hold) await leave(projectId, hold);
      }
    },
  };
}
