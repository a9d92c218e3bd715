import { createApi } from '../../shared/http/create-api.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { createFallback, createServiceOperations } from '../../shared/service/service.api.ts';
import { serviceRoutes } from '../../shared/service/service-routes.api.ts';
import { openTable } from '../../shared/store/table.ts';
import { envSchema } from './env.ts';

const table = openTable(parseEnv(envSchema).TABLE_NAME);
const findProject = (hash: string) => findProjectByKeyHash(table, hash);

export const handler = createApi(
  { logger: createLogger(), findProjectByKeyHash: findProject },
  serviceRoutes,
  createServiceOperations(),
  createFallback({ findProjectByKeyHash: findProject }),
);
