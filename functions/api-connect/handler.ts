import { createApi } from '../../shared/http/create-api.ts';
import { oauthAppRoutes } from '../../shared/oauth-apps/oauth-app-routes.api.ts';
import { createOAuthAppOperations } from '../../shared/oauth-apps/oauth-apps.api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);

export const handler = createApi(
  access,
  oauthAppRoutes,
  createOAuthAppOperations({ ...tools, signingSecret: env.SIGNING_SECRET }),
);
