import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createApi } from '../../shared/http/create-api.ts';
import { createIdempotencyStore } from '../../shared/http/idempotency-store.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/projects/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { createWebhookQueue } from '../../shared/webhooks/webhook-queue.ts';
import { webhookRoutes } from '../../shared/webhooks/webhook-routes.api.ts';
import { createWebhookOperations } from '../../shared/webhooks/webhooks.api.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);
const clock = createClock();
const logger = createLogger();
const envelope = createEnvelope(new KMSClient(), env.KEY_ARN);

export const handler = createApi(
  {
    logger,
    findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash),
    idempotency: { store: createIdempotencyStore(table), envelope, clock, logger, newId: randomUUID },
  },
  webhookRoutes,
  createWebhookOperations({
    table,
    queue: createWebhookQueue(new SQSClient(), env.WEBHOOK_QUEUE_URL),
    envelope,
    clock,
    retentionDays: env.DELIVERY_RETENTION_DAYS,
    newId: randomUUID,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS, ports: env.WEBHOOK_PORTS },
    signingSecret: env.SIGNING_SECRET,
  }),
);
