import { lookup } from 'node:dns/promises';
import { setTimeout } from 'node:timers/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createWebhookQueue } from '../../shared/messaging/webhook-queue.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { version } from '../../shared/platform/version.ts';
import { openTable } from '../../shared/store/table.ts';
import { createPostWebhook } from '../../shared/webhooks/post-webhook.ts';
import { createDeliverWebhook } from './deliver-webhook.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);

export const handler = createDeliverWebhook({
  table: openTable(env.TABLE_NAME),
  queue: createWebhookQueue(new SQSClient(), env.WEBHOOK_QUEUE_URL),
  envelope: createEnvelope(new KMSClient(), env.KEY_ARN),
  post: createPostWebhook({
    allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS,
    ports: env.WEBHOOK_PORTS,
    timeoutMs: 15_000,
    resolve: (hostname) => lookup(hostname, { all: true }),
  }),
  userAgent: `Kalends/${version}`,
  limits: { concurrency: env.ENDPOINT_CONCURRENCY, perSecond: env.ENDPOINT_PER_SECOND },
  retentionDays: env.DELIVERY_RETENTION_DAYS,
  clock: createClock(),
  logger: createLogger(),
  pause: setTimeout,
  random: Math.random,
});
