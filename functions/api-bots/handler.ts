import { hasBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { botRoutes } from '../../shared/bots/bot-routes.api.ts';
import { createBotOperations } from '../../shared/bots/bots.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const { access, tools } = openIdempotentApi(env);
const sqs = createSqsClient();

export const handler = createApi(
  access,
  botRoutes,
  createBotOperations({
    ...tools,
    botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
    ruleQueue: createRuleQueue(sqs, env.RULE_QUEUE_URL),
    hasBotRules: (projectId) => hasBotRules(tools.table, projectId),
    // Loaded when the hosts of meetings change, which they hardly ever do.
    syncCalendars: async (projectId) => {
      const { createSyncQueues } = await import('../../shared/sync/sync-queue.ts');
      const { requestSyncs } = await import('../../shared/calendars/request-syncs.ts');
      const urls = { google: env.GOOGLE_SYNC_QUEUE_URL, microsoft: env.MICROSOFT_SYNC_QUEUE_URL };
      return requestSyncs({ ...tools, queues: createSyncQueues(sqs, urls) }, projectId);
    },
    signingSecret: env.SIGNING_SECRET,
    botLeadMs: env.BOT_LEAD_SECONDS * 1000,
    retentionDays: env.EVENT_RETENTION_DAYS,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS, ports: env.WEBHOOK_PORTS },
  }),
);
