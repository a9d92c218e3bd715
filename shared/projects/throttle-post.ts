import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Table } from '../store/table.ts';
import { countPost } from './post-limit-store.ts';

/** Counts a POST of a project. @throws AppError 429 beyond `perMinute` (docs/api-compatibility.md#conventions) */
export const createPostThrottle =
  ({ table, clock, perMinute }: { table: Table; clock: Clock; perMinute: number }) =>
  async (projectId: string): Promise<void> => {
    const seconds = await countPost(table, projectId, perMinute, clock.now());
    if (seconds === null) return;
    throw new AppError('throttled', `Request was throttled. Expected available in ${seconds} seconds.`, {
      retryAfterSeconds: seconds,
    });
  };
