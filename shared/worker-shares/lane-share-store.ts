import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import type { Table } from '../store/table.ts';
import type { Lane } from './share-row.ts';
import { acquireShare, releaseShare } from './share-store.ts';
import type { WorkerShareDeps } from './worker-share.ts';

/**
 * The leases of a lane in the table.
 *
 * @param size leases of each project @param leaseMs longer than a worker of the lane runs
 */
export const laneShare = (
  { table, clock, random, logger }: { table: Table; clock: Clock; random: () => number; logger: Pick<Logger, 'warn'> },
  { lane, size, leaseMs }: { lane: Lane; size: number; leaseMs: number },
): WorkerShareDeps => ({
  acquire: (projectId) => {
    const now = clock.now();
    return acquireShare(table, { lane, projectId, until: now + leaseMs }, { size, now, random });
  },
  release: (lease) => releaseShare(table, lease),
  now: () => clock.now(),
  logger,
});
