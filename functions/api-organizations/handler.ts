import { createApi } from '../../shared/http/create-api.ts';
import { organizationRoutes } from '../../shared/organizations/organization-routes.api.ts';
import { createOrganizationOperations } from '../../shared/organizations/organizations.api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);

export const handler = createApi(
  access,
  organizationRoutes,
  createOrganizationOperations({ ...tools, signingSecret: env.SIGNING_SECRET }),
);
