import type { ApiDeps } from '../http/create-api.ts';
import { createClock } from '../platform/clock.ts';
import { createLogger } from '../platform/create-logger.ts';
import { createProjectLimiter } from '../projects/limit-project.ts';
import type { ProjectLimits } from '../projects/project-limits.ts';
import { findProjectByKeyHash } from '../projects/project-store.ts';
import { createRateBudget } from '../projects/rate-budget.ts';
import { openTable } from '../store/table.ts';

interface ApiEnv {
  TABLE_NAME: string;
  PROJECT_LIMITS: ProjectLimits;
}

/** What every function with API keys needs: access by them within the limits of their projects, and the tools of its operations. */
export function openApi({ PROJECT_LIMITS: limits, ...env }: ApiEnv) {
  const { access, tools: openTools } = openPublicApi(env);
  const tools = { ...openTools, limiter: createProjectLimiter({ ...openTools, limits, budget: createRateBudget() }) };
  return { access: { ...access, throttle: tools.limiter.throttle }, tools };
}

/** The same for a function whose routes need no key. */
export function openPublicApi({ TABLE_NAME }: { TABLE_NAME: string }) {
  const tools = { table: openTable(TABLE_NAME), clock: createClock(), logger: createLogger() };
  const access: ApiDeps = {
    logger: tools.logger,
    findProjectByKeyHash: (hash) => findProjectByKeyHash(tools.table, hash),
  };
  return { access, tools };
}
