import { accountRoutes } from '../../shared/accounts/account-routes.api.ts';
import { createAccountOperations } from '../../shared/accounts/accounts.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);

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
  }),
);
