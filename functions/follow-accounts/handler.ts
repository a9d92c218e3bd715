import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { createFollowAccounts } from '../../shared/accounts/work-follow-queue.ts';
import { createFollowDeps } from '../../shared/organizations/follow-deps.ts';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createProjectLimiter } from '../../shared/projects/limit-project.ts';
import { createRateBudget } from '../../shared/projects/rate-budget.ts';
import { createProviders } from '../../shared/providers/providers.ts';
import { openTable } from '../../shared/store/table.ts';
import { createSyncQueues } from '../../shared/sync/sync-queue.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();
const base = { table: openTable(env.TABLE_NAME), clock: createClock(), logger: createLogger() };

const deps = {
  ...base,
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  queues: createSyncQueues(sqs, { google: env.GOOGLE_SYNC_QUEUE_URL, microsoft: env.MICROSOFT_SYNC_QUEUE_URL }),
  newId: randomUUID,
  limiter: createProjectLimiter({ ...base, limits: env.PROJECT_LIMITS, budget: createRateBudget() }),
  providers: createProviders(
    {
      google: { apiUrl: env.GOOGLE_API_URL, oauthUrl: env.GOOGLE_OAUTH_URL },
      microsoft: { graphUrl: env.MICROSOFT_GRAPH_URL, loginUrl: env.MICROSOFT_LOGIN_URL, tenant: env.MICROSOFT_TENANT },
    },
    base.clock,
  ),
};

export const handler = createFollowAccounts({
  sqs,
  queueUrl: env.FOLLOW_QUEUE_URL,
  organizations: createFollowDeps(deps, (ms) => pause(ms)),
  selections: { ...deps, random: Math.random },
  logger: base.logger,
});
