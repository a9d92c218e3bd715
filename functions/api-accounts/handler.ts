import { accountRoutes } from '../../shared/accounts/account-routes.api.ts';
import { createAccountOperations } from '../../shared/accounts/accounts.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import type { ProviderSettings } from '../../shared/providers/providers.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);

const providerSettings: ProviderSettings = {
  google: { apiUrl: env.GOOGLE_API_URL, oauthUrl: env.GOOGLE_OAUTH_URL },
  microsoft: { graphUrl: env.MICROSOFT_GRAPH_URL, loginUrl: env.MICROSOFT_LOGIN_URL, tenant: env.MICROSOFT_TENANT },
};

export const handler = createApi(
  access,
  accountRoutes,
  createAccountOperations({
    ...tools,
    queues: createSyncQueues(createSqsClient(), {
      google: env.GOOGLE_SYNC_QUEUE_URL,
      microsoft: env.MICROSOFT_SYNC_QUEUE_URL,
    }),
    signingSecret: env.SIGNING_SECRET,
    random: Math.random,
    // Loaded when the calendars of an account are listed: few requests need the code of a provider.
    openSelection: async (deps) => {
      const { openSelection } = await import('../../shared/accounts/open-selection.ts');
      return openSelection(providerSettings, deps);
    },
  }),
);
