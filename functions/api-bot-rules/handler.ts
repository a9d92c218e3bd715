import { SQSClient } from '@aws-sdk/client-sqs';
import { botRuleRoutes } from '../../shared/bot-rules/bot-rule-routes.api.ts';
import { createBotRuleOperations } from '../../shared/bot-rules/bot-rules.api.ts';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);
const logger = createLogger();

export const handler = createApi(
  { logger, findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash) },
  botRuleRoutes,
  createBotRuleOperations({
    table,
    ruleQueue: createRuleQueue(new SQSClient(), env.RULE_QUEUE_URL),
    clock: createClock(),
    logger,
    signingSecret: env.SIGNING_SECRET,
  }),
);
