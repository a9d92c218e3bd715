import type { ApiDeps } from '../http/create-api.ts';
import { createClock } from '../platform/clock.ts';
import { createLogger } from '../platform/create-logger.ts';
import { findProjectByKeyHash } from '../projects/project-store.ts';
import { openTable } from '../store/table.ts';

/** What every function of the API needs: access by API keys, and the tools of its operations. */
export function openApi({ TABLE_NAME }: { TABLE_NAME: string }) {
  const tools = { table: openTable(TABLE_NAME), clock: createClock(), logger: createLogger() };
  const access: ApiDeps = {
    logger: tools.logger,
    findProjectByKeyHash: (hash) => findProjectByKeyHash(tools.table, hash),
  };
  return { access, tools };
}
