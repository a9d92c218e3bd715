import { randomUUID } from 'node:crypto';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createDecideBots } from '../../shared/bot-rules/work-rule-queue.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openTable } from '../../shared/store/table.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();

export const handler = createDecideBots({
  table: openTable(env.TABLE_NAME),
  botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
  ruleQueue: createRuleQueue(sqs, env.RULE_QUEUE_URL),
  clock: createClock(),
  logger: createLogger(),
  newId: randomUUID,
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  retentionDays: env.EVENT_RETENTION_DAYS,
});
