import { AppError } from '../platform/app-error.ts';
import type { Clock } from '../platform/clock.ts';
import type { Logger } from '../platform/create-logger.ts';
import { projectTimingMs } from '../platform/timing.ts';
import type { Table } from '../store/table.ts';
import type { LimitName, ProjectLimits, RateName } from './project-limits.ts';
import { readLimits } from './project-limits-store.ts';
import type { RateBudget } from './rate-budget.ts';
import { payUnits } from './rate-window-store.ts';
import { unitsPerPost, weightOf } from './request-weight.ts';

export interface LimiterDeps {
  table: Table;
  clock: Pick<Clock, 'now'>;
  logger: Pick<Logger, 'warn'>;
  /** The limits of the stack. */
  limits: ProjectLimits;
  budget: RateBudget;
}

/** The limits of projects. What is beyond one is refused with 429 (docs/api-compatibility.md#limits). */
export interface ProjectLimiter {
  /** Counts a request by its weight. @throws AppError `throttled` */
  throttle: (projectId: string, request: { operation: string; method: string }) => Promise<void>;
  /** Counts one use of a limit per minute. @throws AppError `throttled` */
  use: (projectId: string, name: Exclude<RateName, 'posts_per_minute'>) => Promise<void>;
  /** A limit of a project, as of a few minutes ago at the latest. */
  limitOf: (projectId: string, name: LimitName) => Promise<number>;
  /** Refuses what a project has too many of. Logs it. */
  refuse: (projectId: string, name: Exclude<LimitName, RateName>) => AppError;
}

/** Projects that a process remembers the limits of; then it begins again. */
const mostProjects = 1000;

export function createProjectLimiter({ table, clock, logger, limits, budget }: LimiterDeps): ProjectLimiter {
  const known = new Map<string, { limits: ProjectLimits; readAt: number }>();

  const load = async (projectId: string): Promise<ProjectLimits> => {
    const now = clock.now();
    const seen = known.get(projectId);
    if (seen && now - seen.readAt < projectTimingMs.limitsMemory) return seen.limits;
    const loaded = { ...limits, ...(await readLimits(table, projectId)) };
    if (known.size >= mostProjects) known.clear();
    known.set(projectId, { limits: loaded, readAt: now });
    return loaded;
  };

  const refusal = (projectId: string, name: LimitName, retryAfterSeconds: number): AppError => {
    logger.warn('request refused by a limit', { project_id: projectId, limit: name, retry_after: retryAfterSeconds });
    const message = `Request was throttled. Expected available in ${retryAfterSeconds} seconds.`;
    return new AppError('throttled', message, {
      retryAfterSeconds,
      ...(name !== 'posts_per_minute' && { limit: name }),
    });
  };

  /** @param unitsOf units of one use, and of one that the limit counts */
  const spend = async (projectId: string, name: RateName, units: number, unitsOf: number): Promise<void> => {
    const now = clock.now();
    const key = `${projectId} ${name}`;
    const limit = (await load(projectId))[name] * unitsOf;
    if (budget.useOnCredit(key, units, limit, now)) return;
    const seconds = await budget.pay(key, Math.min(units, limit), limit, now, (due) =>
      payUnits(table, projectId, name, { units: due, limit, now }),
    );
    if (seconds !== null) throw refusal(projectId, name, seconds);
  };

  return {
    throttle: (projectId, request) => spend(projectId, 'posts_per_minute', weightOf(request), unitsPerPost),
    use: (projectId, name) => spend(projectId, name, 1, 1),
    limitOf: async (projectId, name) => (await load(projectId))[name],
    refuse: (projectId, name) => refusal(projectId, name, projectTimingMs.countRetry / 1000),
  };
}
