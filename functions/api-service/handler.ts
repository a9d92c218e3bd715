import { createApi } from '../../shared/http/create-api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openPublicApi } from '../../shared/service/open-api.api.ts';
import { createFallback, createServiceOperations } from '../../shared/service/service.api.ts';
import { serviceRoutes } from '../../shared/service/service-routes.api.ts';
import { variables } from './env.ts';

const { access } = openPublicApi(parseEnv(variables));

export const handler = createApi(access, serviceRoutes, createServiceOperations(), createFallback(access));
