import { randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { createBotQueue } from '../../shared/bots/bot-queue.ts';
import { readBotSettings } from '../../shared/bots/bot-settings-store.ts';
import { createRunners } from '../../shared/bots/runners/create-runners.ts';
import { createHandOffBot } from '../../shared/bots/work-bot-queue.ts';
import { createNotificationBus } from '../../shared/notifications/notification-bus.ts';
import { createEventBridgeClient } from '../../shared/platform/aws/event-bridge-client.ts';
import { createKmsClient } from '../../shared/platform/aws/kms-client.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { version } from '../../shared/platform/version.ts';
import { openTable } from '../../shared/store/table.ts';
import { createTickQueue } from '../../shared/ticks/tick-queue.ts';
import { listWebhooks } from '../../shared/webhooks/endpoint-store.ts';
import { laneShare } from '../../shared/worker-shares/lane-share-store.ts';
import { createWorkerShare } from '../../shared/worker-shares/worker-share.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const table = openTable(env.TABLE_NAME);
const clock = createClock();
const logger = createLogger();
const sqs = createSqsClient();
const bus = createNotificationBus(createEventBridgeClient(), env.EVENT_BUS_NAME);

const base = { table, clock, random: Math.random, logger };
const workers = { lane: 'bot', size: env.PROJECT_WORKERS, leaseMs: functionTimeoutMs.handOff } as const;

export const handler = createHandOffBot({
  ...base,
  share: createWorkerShare(laneShare(base, workers)),
  bus,
  botQueue: createBotQueue(sqs, env.BOT_QUEUE_URL),
  tickQueue: createTickQueue(sqs, env.BOT_QUEUE_URL),
  listWebhooks: (projectId) => listWebhooks(table, projectId),
  runners: createRunners({
    publish: (notification) => bus.publish(notification),
    listWebhooks: (projectId) => listWebhooks(table, projectId),
    envelope: createEnvelope(createKmsClient(), env.KEY_ARN),
    allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS,
    ports: env.WEBHOOK_PORTS,
    resolve: (hostname) => lookup(hostname, { all: true }),
    userAgent: `Kalends/${version}`,
    clock,
  }),
  readSettings: (projectId) => readBotSettings(table, projectId),
  newId: randomUUID,
  pause: setTimeout,
  botLeadMs: env.BOT_LEAD_SECONDS * 1000,
  retentionDays: env.EVENT_RETENTION_DAYS,
});
