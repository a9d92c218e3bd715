import { createApi } from '../../shared/http/create-api.ts';
import { createSqsClient } from '../../shared/platform/aws/sqs-client.ts';
import { parseEnv } from '../../shared/platform/parse-env.ts';
import { openIdempotentApi } from '../../shared/service/open-idempotent-api.api.ts';
import { createTickQueue } from '../../shared/ticks/tick-queue.ts';
import { createWebhookQueue } from '../../shared/webhooks/webhook-queue.ts';
import { webhookRoutes } from '../../shared/webhooks/webhook-routes.api.ts';
import { createWebhookOperations } from '../../shared/webhooks/webhooks.api.ts';
import { variables } from './env.ts';

const env = parseEnv(variables);
const sqs = createSqsClient();
const { access, tools } = openIdempotentApi(env);

export const handler = createApi(
  access,
  webhookRoutes,
  createWebhookOperations({
    ...tools,
    queue: createWebhookQueue(sqs, env.WEBHOOK_QUEUE_URL),
    tickQueue: createTickQueue(sqs, env.BOT_QUEUE_URL),
    retentionDays: env.DELIVERY_RETENTION_DAYS,
    urlRules: { allowLoopback: env.ALLOW_LOOPBACK_WEBHOOKS, ports: env.WEBHOOK_PORTS },
    signingSecret: env.SIGNING_SECRET,
  }),
);
