import { createConnectOperations } from '../../shared/connect/connect.api.ts';
import { connectRoutes } from '../../shared/connect/connect-routes.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { oauthAppRoutes } from '../../shared/oauth-apps/oauth-app-routes.api.ts';
import { createOAuthAppOperations } from '../../shared/oauth-apps/oauth-apps.api.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);

const routes = {
  ...oauthAppRoutes,
  operations: { ...oauthAppRoutes.operations, ...connectRoutes.operations },
} as const;

export const handler = createApi(access, routes, {
  ...createOAuthAppOperations({ ...tools, signingSecret: env.SIGNING_SECRET }),
  ...createConnectOperations({ ...tools, publicUrl: env.PUBLIC_URL }),
});
