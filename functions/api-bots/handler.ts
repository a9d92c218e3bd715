import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { hasBotRules } from '../../shared/bot-rules/bot-rules-store.ts';
import { createRuleQueue } from '../../shared/bot-rules/rule-queue.ts';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { botRoutes } from '../../shared/bots/bot-routes.api.ts';
import { createBotOperations } from '../../shared/bots/bots.api.ts';
import { createApi } from '../../shared/http/create-api.ts';
import { createIdempotencyStore } from '../../shared/http/idempotency-store.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { createPostThrottle } from '../../shared/projects/throttle-post.ts';
import { openTable } from '../../shared/store/table.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const sqs = new SQSClient();
const table = openTable(env.TABLE_NAME);
const clock = createClock();
const logger = createLogger();
const envelope = createEnvelope(new KMSClient(), env.KEY_ARN);

export const handler = createApi(
  {
    logger,
    findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash),
    throttlePost: createPostThrottle({ table, clock, perMinute: env.POSTS_PER_MINUTE }),
    idempotency: { store: createIdempotencyStore(table), envelope, clock, logger, newId: randomUUID },
  },
  botRoutes,
  createBotOperations({
    table,
    botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
    ruleQueue: createRuleQueue(sqs, env.RULE_QUEUE_URL),
    hasBotRules: (projectId) => hasBotRules(table, projectId),
    envelope,
    clock,
    logger,
    newId: randomUUID,
    signingSecret: env.SIGNING_SECRET,
    botLeadMs: env.BOT_LEAD_SECONDS * 1000,
    retentionDays: env.EVENT_RETENTION_DAYS,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS, ports: env.WEBHOOK_PORTS },
  }),
);
