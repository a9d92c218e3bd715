import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createApi } from '../../shared/http/create-api.ts';
import { createWebhookQueue } from '../../shared/messaging/webhook-queue.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { findProjectByKeyHash } from '../../shared/store/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { createWebhookOperations } from './api-webhooks.ts';
import { envSchema } from './env.ts';

const env = parseEnv(envSchema);
const table = openTable(env.TABLE_NAME);

export const handler = createApi(
  { logger: createLogger(), findProjectByKeyHash: (hash) => findProjectByKeyHash(table, hash) },
  createWebhookOperations({
    table,
    queue: createWebhookQueue(new SQSClient(), env.WEBHOOK_QUEUE_URL),
    envelope: createEnvelope(new KMSClient(), env.KEY_ARN),
    clock: createClock(),
    retentionDays: env.DELIVERY_RETENTION_DAYS,
    newId: randomUUID,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS },
    signingSecret: env.SIGNING_SECRET,
  }),
);
