import { Duration, Stack } from 'aws-cdk-lib';
import { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import type { Rule } from 'aws-cdk-lib/aws-events';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Env as DeliverWebhookEnv } from '../../functions/deliver-webhook/env.ts';
import type { Env as FanOutNotificationEnv } from '../../functions/fan-out-notification/env.ts';
import { announcedTriggers } from '../../shared/notifications/notification.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { metricPeriod } from '../kit/metric-period.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { Bots } from './bots.ts';

/** Notifications → notification queue → fan-out to endpoints → webhook queue → delivery to those that are slow or failed. */
export class WebhookDelivery extends Construct {
  readonly notificationQueue: WorkQueue<'NotificationQueue'>;
  readonly queue: WorkQueue<'WebhookQueue'>;
  readonly fanOut: KalendsFunction;
  readonly worker: KalendsFunction;
  /** Sends notifications from the bus to the notification queue. */
  readonly fromBus: Rule;

  constructor(scope: Construct, id: string, { foundation, bots }: { foundation: Foundation; bots: Bots }) {
    super(scope, id);
    const { table, key, notifications, settings, alarms } = foundation;

    const notificationQueue = new WorkQueue(this, 'NotificationQueue', {
      alarms,
      workerTimeoutMs: functionTimeoutMs.fanOut,
      deadLetterImpact: 'Some applications may not have been notified of changes: notifications could not be handled.',
      backlog: {
        errorImpact: 'All applications are notified of changes more than a minute late.',
        above: Duration.minutes(1),
        periods: 2,
      },
    });
    const queue = new WorkQueue(this, 'WebhookQueue', {
      alarms,
      workerTimeoutMs: functionTimeoutMs.delivery,
      deadLetterImpact:
        'Some webhooks come late: a message could not be handled, and its delivery waits for its timer.',
      backlog: {
        errorImpact: 'Some applications are notified of changes more than five minutes late.',
        above: Duration.minutes(5),
        // A message is delayed on purpose for two minutes at most.
        periods: 2,
      },
    });
    this.notificationQueue = notificationQueue;
    this.queue = queue;
    this.fromBus = notifications.forward('ToWebhooks', notificationQueue, { triggers: announcedTriggers });

    this.fanOut = new KalendsFunction<FanOutNotificationEnv>(this, 'fan-out-notification', {
      foundation,
      timeoutMs: functionTimeoutMs.fanOut,
      // It waits for endpoints, and computes for milliseconds.
      memorySize: 256,
      environment: (fn) => ({
        ...table.allow(fn, 'BatchGetItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        ...key.allowOpen(fn, 'webhook'),
        ...queue.allowSend(fn),
        ...bots.queue.allowSend(fn),
        ...notificationQueue.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        ...fromSettings(fn, settings, 'ALLOW_LOOPBACK_WEBHOOKS', 'WEBHOOK_PORTS', 'DELIVERY_RETENTION_DAYS'),
        ...fromSettings(fn, settings, 'ENDPOINT_CONCURRENCY', 'ENDPOINT_PER_SECOND', 'ENDPOINT_WAITING'),
        ...fromSettings(fn, settings, 'PROJECT_WORKERS'),
      }),
    });

    // Attempts that may hang run here, where they do not delay notifications of healthy endpoints.
    this.worker = new KalendsFunction<DeliverWebhookEnv>(this, 'deliver-webhook', {
      foundation,
      timeoutMs: functionTimeoutMs.delivery,
      memorySize: 256,
      environment: (fn) => ({
        ...table.allow(fn, 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
        ...key.allowOpen(fn, 'webhook'),
        ...queue.allowSend(fn),
        ...queue.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        ...fromSettings(fn, settings, 'ALLOW_LOOPBACK_WEBHOOKS', 'WEBHOOK_PORTS', 'DELIVERY_RETENTION_DAYS'),
        ...fromSettings(fn, settings, 'ENDPOINT_CONCURRENCY', 'ENDPOINT_PER_SECOND', 'PROJECT_WORKERS'),
      }),
    });

    // No function fails by a stopped endpoint or an exhausted delivery: only the logs show it. Both count into one metric.
    const metric = { metricNamespace: `Kalends/${Stack.of(this).stackName}`, metricName: 'ExhaustedWebhooks' };
    for (const { logs } of [this.fanOut, this.worker]) {
      const filterPattern = FilterPattern.stringValue('$.alarm', '=', 'webhook');
      logs.addMetricFilter('ExhaustedWebhooks', { ...metric, filterPattern });
    }
    alarms.add('webhooks-exhausted', {
      errorImpact:
        'An application misses changes until it asks for them: its endpoint was stopped, or did not accept them.',
      metric: new Metric({
        namespace: metric.metricNamespace,
        metricName: metric.metricName,
        period: metricPeriod,
        statistic: 'Sum',
      }),
      above: 0,
    });
  }
}
