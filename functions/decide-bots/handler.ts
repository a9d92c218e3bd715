import { randomUUID } from 'node:crypto';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createDecideBots } from '../../shared/bot-rules/work-rule-queue.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { openTable } from '../../shared/store/table.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { createWorkerShare } from '../../shared/worker-shares/worker-share.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();

const base = { table: openTable(env.TABLE_NAME), clock: createClock(), random: Math.random, logger: createLogger() };
const workers = { lane: 'rule', size: env.PROJECT_WORKERS, leaseMs: functionTimeoutMs.decideBots } as const;

export const handler = createDecideBots({
  ...base,
  share: createWorkerShare(laneShare(base, workers)),
  botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
  ruleQueue: createRuleQueue(sqs, env.RULE_QUEUE_URL),
  newId: randomUUID,
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  retentionDays: env.EVENT_RETENTION_DAYS,
});
