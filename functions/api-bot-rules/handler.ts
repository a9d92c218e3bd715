import { SQSClient } from '@aws-sdk/client-sqs';
import { createApi } from '../../shared/http/create-api.ts';
import { createRuleQueue } from '../../shared/messaging/rule-queue.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { createBotRuleOperations } from './api-bot-rules.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);
const logger = createLogger();

export const handler = createApi(
  { logger, findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash) },
  createBotRuleOperations({
    table,
    ruleQueue: createRuleQueue(new SQSClient(), env.RULE_QUEUE_URL),
    clock: createClock(),
    logger,
    signingSecret: env.SIGNING_SECRET,
  }),
);
