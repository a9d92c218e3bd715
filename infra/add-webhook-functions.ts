import { Duration, type Stack } from 'aws-cdk-lib';
import type { Env as ApiWebhooksEnv } from '../functions/api-webhooks/env.ts';
import type { Env as DeliverWebhookEnv } from '../functions/deliver-webhook/env.ts';
import type { Env as FanOutNotificationEnv } from '../functions/fan-out-notification/env.ts';
import type { Settings } from './config.ts';
import type { EncryptionKey } from './constructs/encryption-key.ts';
import { KalendsFunction, type KalendsFunctionProps } from './constructs/kalends-function.ts';
import type { KalendsTable } from './constructs/kalends-table.ts';
import type { WorkQueue } from './constructs/work-queue.ts';

interface WebhookParts {
  base: Pick<KalendsFunctionProps<object>, 'bundles' | 'logRetention'>;
  settings: Settings;
  table: KalendsTable;
  key: EncryptionKey;
  notificationQueue: WorkQueue;
  webhookQueue: WorkQueue;
  signingSecret: string;
  timeouts: { api: Duration; fanOut: Duration; delivery: Duration };
}

/** The functions of webhooks: notification queue → fan-out → endpoints, and webhook queue → delivery → those that hang or fail. */
export function addWebhookFunctions(
  stack: Stack,
  { base, settings, table, key, notificationQueue, webhookQueue, signingSecret, timeouts }: WebhookParts,
) {
  const apiWebhooks = new KalendsFunction<ApiWebhooksEnv>(stack, 'api-webhooks', {
    ...base,
    errorImpact: 'Applications cannot set up webhook endpoints.',
    timeout: timeouts.api,
    environment: {
      TABLE_NAME: table.name,
      KEY_ARN: key.key.keyArn,
      WEBHOOK_QUEUE_URL: webhookQueue.queue.queueUrl,
      SIGNING_SECRET: signingSecret,
      DELIVERY_RETENTION_DAYS: String(settings.deliveryRetentionDays),
      ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
      WEBHOOK_PORTS: settings.webhookPorts.join(','),
    },
  });
  table.grant(apiWebhooks, 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem');
  table.grantQuery(apiWebhooks, 'partition-by-created');
  key.grantSeal(apiWebhooks, 'webhook');
  key.grantSeal(apiWebhooks, 'answer');
  key.grantOpen(apiWebhooks, 'answer');
  webhookQueue.grantSend(apiWebhooks);

  const attempts = {
    TABLE_NAME: table.name,
    KEY_ARN: key.key.keyArn,
    WEBHOOK_QUEUE_URL: webhookQueue.queue.queueUrl,
    ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
    WEBHOOK_PORTS: settings.webhookPorts.join(','),
    DELIVERY_RETENTION_DAYS: String(settings.deliveryRetentionDays),
    ENDPOINT_CONCURRENCY: String(settings.endpointConcurrency),
    ENDPOINT_PER_SECOND: String(settings.endpointPerSecond),
  };
  const fanOut = new KalendsFunction<FanOutNotificationEnv>(stack, 'fan-out-notification', {
    ...base,
    errorImpact: 'Applications are not told of changes.',
    timeout: timeouts.fanOut,
    environment: { ...attempts, NOTIFICATION_QUEUE_URL: notificationQueue.queue.queueUrl },
  });
  table.grant(fanOut, 'GetItem', 'PutItem', 'Query', 'UpdateItem');
  key.grantOpen(fanOut, 'webhook');
  webhookQueue.grantSend(fanOut);
  notificationQueue.workedBy(fanOut, { batchSize: 1, maxConcurrency: 100 });

  // Attempts that may hang are made here, where they hold up no notification.
  const deliverWebhook = new KalendsFunction<DeliverWebhookEnv>(stack, 'deliver-webhook', {
    ...base,
    errorImpact: 'Endpoints that have failed or been slow are not told of changes.',
    timeout: timeouts.delivery,
    environment: attempts,
  });
  table.grant(deliverWebhook, 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem');
  table.grantQuery(deliverWebhook, 'partition-by-created');
  key.grantOpen(deliverWebhook, 'webhook');
  webhookQueue.grantSend(deliverWebhook);
  webhookQueue.workedBy(deliverWebhook, { batchSize: 1, maxConcurrency: 100 });

  return { 'api-webhooks': apiWebhooks, 'fan-out-notification': fanOut, 'deliver-webhook': deliverWebhook };
}
