import { lookup } from 'node:dns/promises';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createPostponeMessage } from '../../shared/platform/queue/postpone-message.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { version } from '../../shared/platform/version.ts';
import { webhookTimingMs } from '../../shared/platform/webhook-timing.ts';
import { openTable } from '../../shared/store/table.ts';
import { createTickQueue } from '../../shared/ticks/tick-queue.ts';
import { createPostWebhook } from '../../shared/webhooks/post-webhook.ts';
import { createRateBudget } from '../../shared/webhooks/rate-budget.ts';
import { createTrafficMemory } from '../../shared/webhooks/traffic-memory.ts';
import { createWebhookQueue } from '../../shared/webhooks/webhook-queue.ts';
import { workNotificationQueue } from '../../shared/webhooks/work-notification-queue.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { createWorkerShare } from '../../shared/worker-shares/worker-share.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();

const base = { table: openTable(env.TABLE_NAME), clock: createClock(), random: Math.random, logger: createLogger() };
const workers = { lane: 'notification', size: env.PROJECT_WORKERS, leaseMs: functionTimeoutMs.fanOut } as const;

export const handler = workNotificationQueue({
  ...base,
  share: createWorkerShare(laneShare(base, workers)),
  queue: createWebhookQueue(sqs, env.WEBHOOK_QUEUE_URL),
  tickQueue: createTickQueue(sqs, env.BOT_QUEUE_URL),
  postpone: createPostponeMessage(sqs, env.NOTIFICATION_QUEUE_URL),
  envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
  post: createPostWebhook({
    allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS,
    ports: env.WEBHOOK_PORTS,
    timeoutMs: webhookTimingMs.attempt,
    resolve: (hostname) => lookup(hostname, { all: true }),
  }),
  userAgent: `Kalends/${version}`,
  limits: { concurrency: env.ENDPOINT_CONCURRENCY, perSecond: env.ENDPOINT_PER_SECOND },
  mostWaiting: env.ENDPOINT_WAITING,
  rates: createRateBudget(),
  memory: createTrafficMemory(),
  retentionDays: env.DELIVERY_RETENTION_DAYS,
});
