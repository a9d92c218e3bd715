import { lookup } from 'node:dns/promises';
import { KMSClient } from '@aws-sdk/client-kms';
import type { SQSClient } from '@aws-sdk/client-sqs';
import type * as z from 'zod';
import { createClock } from '../platform/clock.ts';
import { createLogger } from '../platform/create-logger.ts';
import { createEnvelope } from '../platform/envelope.ts';
import { version } from '../platform/version.ts';
import { openTable } from '../store/table.ts';
import type { attemptEnvSchema } from './attempt-env.ts';
import { createPostWebhook } from './post-webhook.ts';
import { createWebhookQueue } from './webhook-queue.ts';

/** The real engines behind attempts, for the functions that make them. */
export const createAttemptDeps = (env: z.output<typeof attemptEnvSchema>, sqs: SQSClient) => ({
  table: openTable(env.TABLE_NAME),
  queue: createWebhookQueue(sqs, env.WEBHOOK_QUEUE_URL),
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
  random: Math.random,
});
