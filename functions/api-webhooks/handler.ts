import { randomUUID } from 'node:crypto';
import { KMSClient } from '@aws-sdk/client-kms';
import { createApi } from '../../shared/http/create-api.ts';
import { createClock } from '../../shared/platform/clock.ts';
import { createLogger } from '../../shared/platform/create-logger.ts';
import { createEnvelope } from '../../shared/platform/envelope.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { createIdempotencyStore } from '../../shared/store/idempotency-store.ts';
import { findProjectByKeyHash } from '../../shared/store/project-store.ts';
import { openTable } from '../../shared/store/table.ts';
import { deleteWebhook, findWebhook, insertWebhook, listWebhooks } from '../../shared/store/webhook-store.ts';
import { createWebhookOperations } from './api-webhooks.ts';
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
  createWebhookOperations({
    listWebhooks: (projectId) => listWebhooks(table, projectId),
    findWebhook: (projectId, id) => findWebhook(table, projectId, id),
    insertWebhook: (webhook) => insertWebhook(table, webhook),
    deleteWebhook: (projectId, id) => deleteWebhook(table, projectId, id),
    envelope,
    clock,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS, ports: env.WEBHOOK_PORTS },
  }),
);
