import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { version } from '../../shared/platform/version.ts';
import { webhookTimingMs } from '../../shared/platform/webhook-timing.ts';
import { openTable } from '../../shared/store/table.ts';
import { createPostWebhook } from '../../shared/webhooks/post-webhook.ts';
import { createRateBudget } from '../../shared/webhooks/rate-budget.ts';
import { createTrafficMemory } from '../../shared/webhooks/traffic-memory.ts';
import { createWebhookQueue } from '../../shared/webhooks/webhook-queue.ts';
import { workWebhookQueue } from '../../shared/webhooks/work-webhook-queue.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { createWorkerShare } from '../../shared/worker-shares/worker-share.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);

const base = { table: openTable(env.TABLE_NAME), clock: createClock(), random: Math.random, logger: createLogger() };
const workers = { lane: 'webhook', size: env.PROJECT_WORKERS, leaseMs: functionTimeoutMs.delivery } as const;

export const handler = workWebhookQueue({
  ...base,
  share: createWorkerShare(laneShare(base, workers)),
  queue: createWebhookQueue(createSqsClient(), env.WEBHOOK_QUEUE_URL),
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  post: createPostWebhook({
    allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS,
    ports: env.WEBHOOK_PORTS,
    timeoutMs: webhookTimingMs.attempt,
    resolve: (hostname) => lookup(hostname, { all: true }),
  }),
  userAgent: `Kalends/${version}`,
  limits: { concurrency: env.ENDPOINT_CONCURRENCY, perSecond: env.ENDPOINT_PER_SECOND },
  rates: createRateBudget(),
  memory: createTrafficMemory(),
  retentionDays: env.DELIVERY_RETENTION_DAYS,
  pause: setTimeout,
});
