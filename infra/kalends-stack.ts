import { join } from 'node:path';
import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { App } from 'aws-cdk-lib';
import type { Env as ApiCalendarEventsEnv } from '../functions/api-calendar-events/env.ts';
import type { Env as ApiCalendarsEnv } from '../functions/api-calendars/env.ts';
import type { Env as ApiServiceEnv } from '../functions/api-service/env.ts';
import type { Env as ApiWebhooksEnv } from '../functions/api-webhooks/env.ts';
import type { Env as DeliverWebhookEnv } from '../functions/deliver-webhook/env.ts';
import type { Env as DispatchDueEnv } from '../functions/dispatch-due/env.ts';
import type { Env as ReceiveGooglePushEnv } from '../functions/receive-google-push/env.ts';
import type { Env as SyncCalendarEnv } from '../functions/sync-calendar/env.ts';
import { bundleFunctions } from './bundle.ts';
import type { Settings } from './config.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { FactBus } from './constructs/fact-bus.ts';
import { HttpApi } from './constructs/http-api.ts';
import { KalendsFunction } from './constructs/kalends-function.ts';
import { KalendsTable } from './constructs/kalends-table.ts';
import { WorkQueue } from './constructs/work-queue.ts';

const apiTimeout = Duration.seconds(29);
const syncTimeout = Duration.seconds(120);
const deliveryTimeout = Duration.seconds(60);

/** Kalends, in the order of its flow: API and push → sync queue → sync → table → bus → webhook queue → delivery. */
export class KalendsStack extends Stack {
  constructor(scope: App, id: string, { settings, ...props }: StackProps & { settings: Settings }) {
    super(scope, id, { description: 'Kalends: calendar sync', ...props });

    const bundles = join(scope.outdir, 'functions');
    bundleFunctions(bundles);
    const logRetention: RetentionDays = settings.logRetentionDays;
    const base = { bundles, logRetention };

    const key = new EncryptionKey(this, 'EncryptionKey');
    const table = new KalendsTable(this, 'Table', { key });
    const signing = new Secret(this, 'SigningSecret', {
      description: 'Kalends: signs push channel tokens and page cursors',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    // A dynamic reference: CloudFormation puts the value in place at deploy time, so a receiver starts without a call.
    const signingSecret = signing.secretValue.unsafeUnwrap();

    const syncQueue = new WorkQueue(this, 'SyncQueue', {
      fifo: true,
      functionTimeout: syncTimeout,
      deliveryDelay: Duration.seconds(settings.debounceDelaySeconds),
      maxReceiveCount: 12,
    });
    const webhookQueue = new WorkQueue(this, 'WebhookQueue', {
      fifo: false,
      functionTimeout: deliveryTimeout,
      maxReceiveCount: 12,
    });
    const facts = new FactBus(this, 'Facts');
    const api = new HttpApi(this, 'HttpApi');

    const apiCalendars = new KalendsFunction<ApiCalendarsEnv>(this, 'api-calendars', {
      ...base,
      timeout: apiTimeout,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        SIGNING_SECRET: signingSecret,
        POSTS_PER_MINUTE: String(settings.postsPerMinute),
      },
    }).lambda;
    table.grant(apiCalendars, 'BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem');
    key.grantSeal(apiCalendars, 'credentials');
    syncQueue.queue.grant(apiCalendars, 'sqs:SendMessage');

    const apiCalendarEvents = new KalendsFunction<ApiCalendarEventsEnv>(this, 'api-calendar-events', {
      ...base,
      timeout: apiTimeout,
      memorySize: 1024,
      environment: { TABLE_NAME: table.name, SIGNING_SECRET: signingSecret },
    }).lambda;
    table.grant(apiCalendarEvents, 'BatchGetItem', 'GetItem', 'Query');

    const apiWebhooks = new KalendsFunction<ApiWebhooksEnv>(this, 'api-webhooks', {
      ...base,
      timeout: apiTimeout,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
      },
    }).lambda;
    table.grant(apiWebhooks, 'DeleteItem', 'GetItem', 'PutItem', 'Query');
    key.grantSeal(apiWebhooks, 'webhook');

    const apiService = new KalendsFunction<ApiServiceEnv>(this, 'api-service', {
      ...base,
      timeout: apiTimeout,
      environment: { TABLE_NAME: table.name },
    }).lambda;
    table.grant(apiService, 'GetItem');

    const receiveGooglePush = new KalendsFunction<ReceiveGooglePushEnv>(this, 'receive-google-push', {
      ...base,
      timeout: Duration.seconds(10),
      environment: {
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        SIGNING_SECRET: signingSecret,
        DEBOUNCE_WIDTH_MS: String(settings.debounceWidthMs),
      },
    }).lambda;
    syncQueue.queue.grant(receiveGooglePush, 'sqs:SendMessage');

    api.serve({
      'api-calendars': apiCalendars,
      'api-calendar-events': apiCalendarEvents,
      'api-webhooks': apiWebhooks,
      'api-service': apiService,
      'receive-google-push': receiveGooglePush,
    });

    const syncCalendar = new KalendsFunction<SyncCalendarEnv>(this, 'sync-calendar', {
      ...base,
      timeout: syncTimeout,
      memorySize: 1024,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        EVENT_BUS_NAME: facts.name,
        SIGNING_SECRET: signingSecret,
        PUBLIC_URL: settings.publicUrl ?? api.url,
        WINDOW_PAST_DAYS: String(settings.windowPastDays),
        WINDOW_FUTURE_DAYS: String(settings.windowFutureDays),
        GOOGLE_API_URL: settings.googleApiUrl,
        GOOGLE_OAUTH_URL: settings.googleOauthUrl,
      },
    }).lambda;
    table.grant(syncCalendar, 'BatchGetItem', 'BatchWriteItem', 'DeleteItem', 'PutItem', 'Query', 'UpdateItem');
    key.grantSeal(syncCalendar, 'credentials');
    key.grantOpen(syncCalendar, 'credentials');
    facts.grantPublish(syncCalendar);
    syncQueue.queue.grant(syncCalendar, 'sqs:SendMessage');
    syncQueue.workedBy(syncCalendar, { batchSize: 5, maxConcurrency: 100 });

    const dispatchDue = new KalendsFunction<DispatchDueEnv>(this, 'dispatch-due', {
      ...base,
      timeout: Duration.seconds(55),
      environment: { TABLE_NAME: table.name, SYNC_QUEUE_URL: syncQueue.queue.queueUrl },
    }).lambda;
    table.grant(dispatchDue, 'Query', 'UpdateItem');
    syncQueue.queue.grant(dispatchDue, 'sqs:SendMessage');
    new Rule(this, 'EveryMinute', {
      schedule: Schedule.rate(Duration.minutes(1)),
      targets: [new LambdaFunction(dispatchDue)],
    });

    facts.announceTo(webhookQueue.queue, webhookQueue.deadLetters);
    const deliverWebhook = new KalendsFunction<DeliverWebhookEnv>(this, 'deliver-webhook', {
      ...base,
      timeout: deliveryTimeout,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        WEBHOOK_QUEUE_URL: webhookQueue.queue.queueUrl,
        ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
      },
    }).lambda;
    table.grant(deliverWebhook, 'GetItem', 'Query', 'UpdateItem');
    key.grantOpen(deliverWebhook, 'webhook');
    webhookQueue.queue.grant(deliverWebhook, 'sqs:SendMessage');
    webhookQueue.workedBy(deliverWebhook, { batchSize: 1, maxConcurrency: 100 });

    new CfnOutput(this, 'ApiUrl', { value: settings.publicUrl ?? api.url });
    new CfnOutput(this, 'TableName', { value: table.name });
  }
}
