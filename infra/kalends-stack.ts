import { CfnOutput, Duration, Stack, type StackProps, Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { IAM_MINIMIZE_POLICIES } from 'aws-cdk-lib/cx-api';
import type { Construct } from 'constructs';
import type { Env as ApiCalendarEventsEnv } from '../functions/api-calendar-events/env.ts';
import type { Env as ApiCalendarsEnv } from '../functions/api-calendars/env.ts';
import type { Env as ApiServiceEnv } from '../functions/api-service/env.ts';
import type { Env as DispatchDueEnv } from '../functions/dispatch-due/env.ts';
import type { Env as ReceiveGooglePushEnv } from '../functions/receive-google-push/env.ts';
import type { Env as ReceiveMicrosoftPushEnv } from '../functions/receive-microsoft-push/env.ts';
import type { Env as SyncCalendarEnv } from '../functions/sync-calendar/env.ts';
import { dueIndex, eventByIdIndex, orderings, subsetIndex } from '../shared/store/table-schema.ts';
import { addBotFunctions } from './add-bot-functions.ts';
import { addRuleFunctions } from './add-rule-functions.ts';
import { addWebhookFunctions } from './add-webhook-functions.ts';
import type { Settings } from './config.ts';
import { Alarms } from './constructs/alarms.ts';
import { EncryptionKey } from './constructs/encryption-key.ts';
import { everyMinute } from './constructs/every-minute.ts';
import type { Flow } from './constructs/flow.ts';
import { FlowDashboard } from './constructs/flow-dashboard.ts';
import { HttpApi } from './constructs/http-api.ts';
import { KalendsFunction } from './constructs/kalends-function.ts';
import { KalendsTable } from './constructs/kalends-table.ts';
import { NotificationBus } from './constructs/notification-bus.ts';
import { watchFlow } from './constructs/watch-flow.ts';
import { WorkQueue } from './constructs/work-queue.ts';

const apiTimeout = Duration.seconds(29);
const syncTimeout = Duration.seconds(120);
/** Longer than an attempt's 15 s, and what comes before and after it. */
const fanOutTimeout = Duration.seconds(30);
const deliveryTimeout = Duration.seconds(60);
const handOffTimeout = Duration.seconds(40);
const decideTimeout = Duration.seconds(120);

/** Kalends, in the order of its flow: API and push → sync queue → sync → table → bus → notifications and webhooks. */
export class KalendsStack extends Stack {
  /** @param props `bundles` is a folder with one bundle per function, as `bundleFunctions` makes it */
  constructor(
    scope: Construct,
    id: string,
    { settings, bundles, ...props }: StackProps & { settings: Settings; bundles: string },
  ) {
    super(scope, id, { description: 'Kalends: calendar sync', ...props });
    // Here and not in cdk.json, which only the CDK's command line reads: every way to synthesize gives one template.
    this.node.setContext(IAM_MINIMIZE_POLICIES, true);

    const logRetention = settings.logRetentionDays;
    const base = { bundles, logRetention };

    const key = new EncryptionKey(this, 'EncryptionKey');
    const table = new KalendsTable(this, 'Table', { key });
    const signing = new Secret(this, 'SigningSecret', {
      description: 'Kalends: signs push channel tokens and page cursors',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    Validations.of(signing).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new value would make every open push channel and page cursor a forgery at once.',
    });
    // A dynamic reference: CloudFormation puts the value in place at deploy time, so a receiver starts without a call.
    // Who may read a function's configuration sees it; all it is good for is to cause a sync or to move a cursor.
    const signingSecret = signing.secretValue.unsafeUnwrap();

    const syncQueue = new WorkQueue(this, 'SyncQueue', {
      fifo: true,
      functionTimeout: syncTimeout,
      deliveryDelay: Duration.seconds(settings.debounceDelaySeconds),
      maxReceiveCount: 12,
      deadLetterImpact: 'Changes of some calendars are not taken over until their next scheduled sync.',
    });
    const notificationQueue = new WorkQueue(this, 'NotificationQueue', {
      fifo: false,
      functionTimeout: fanOutTimeout,
      maxReceiveCount: 12,
      deadLetterImpact: 'Some applications may not have been told of changes: notifications could not be worked.',
    });
    const webhookQueue = new WorkQueue(this, 'WebhookQueue', {
      fifo: false,
      functionTimeout: deliveryTimeout,
      maxReceiveCount: 12,
      deadLetterImpact: 'Some webhooks come late: what was due could not be worked and waits for its timer.',
    });
    const botQueue = new WorkQueue(this, 'BotQueue', {
      fifo: false,
      functionTimeout: handOffTimeout,
      maxReceiveCount: 12,
      deadLetterImpact: 'Bots may miss their meetings: what was to be done for them could not be worked.',
    });
    const ruleQueue = new WorkQueue(this, 'RuleQueue', {
      fifo: false,
      functionTimeout: decideTimeout,
      maxReceiveCount: 12,
      deadLetterImpact: 'Some meetings do not have the bots that rules want for them: nothing could be decided.',
    });
    const notifications = new NotificationBus(this, 'Notifications', { notificationQueue, ruleQueue });
    const api = new HttpApi(this, 'HttpApi', { logRetention });

    const apiCalendars = new KalendsFunction<ApiCalendarsEnv>(this, 'api-calendars', {
      ...base,
      errorImpact: 'Applications cannot connect, read, change or delete calendars.',
      timeout: apiTimeout,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        SIGNING_SECRET: signingSecret,
        POSTS_PER_MINUTE: String(settings.postsPerMinute),
      },
    });
    table.grant(
      apiCalendars,
      'BatchGetItem',
      'BatchWriteItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'UpdateItem',
    );
    table.grantQuery(apiCalendars, 'project-by-created', 'partition-by-created', subsetIndex.name);
    key.grantSeal(apiCalendars, 'credentials');
    // What it answered it reads again, for a repeated POST.
    key.grantSeal(apiCalendars, 'answer');
    key.grantOpen(apiCalendars, 'answer');
    syncQueue.grantSend(apiCalendars);

    const apiCalendarEvents = new KalendsFunction<ApiCalendarEventsEnv>(this, 'api-calendar-events', {
      ...base,
      errorImpact: 'Applications cannot read calendar events.',
      timeout: apiTimeout,
      memorySize: 1024,
      environment: {
        TABLE_NAME: table.name,
        SIGNING_SECRET: signingSecret,
        LOG_RETENTION_DAYS: String(settings.changeRetentionDays),
      },
    });
    // It moves the mark of the change feed, and takes places away from commits that take too long.
    table.grant(apiCalendarEvents, 'BatchGetItem', 'DeleteItem', 'GetItem', 'Query', 'UpdateItem');
    table.grantQuery(
      apiCalendarEvents,
      eventByIdIndex,
      subsetIndex.name,
      ...orderings.flatMap(({ partitionIndex, projectIndex }) => [partitionIndex, projectIndex]),
    );

    const apiService = new KalendsFunction<ApiServiceEnv>(this, 'api-service', {
      ...base,
      errorImpact: 'Health checks fail, and unknown routes are answered with 500 rather than 404 or 405.',
      timeout: apiTimeout,
      environment: { TABLE_NAME: table.name },
    });
    table.grant(apiService, 'GetItem');

    const receiver = {
      ...base,
      timeout: Duration.seconds(10),
      environment: {
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        SIGNING_SECRET: signingSecret,
        DEBOUNCE_WIDTH_MS: String(settings.debounceWidthMs),
      },
    };
    const receiveGooglePush = new KalendsFunction<ReceiveGooglePushEnv>(this, 'receive-google-push', {
      ...receiver,
      errorImpact: 'Changes in Google calendars are noticed late, by the scheduled sync only.',
    });
    syncQueue.grantSend(receiveGooglePush);
    const receiveMicrosoftPush = new KalendsFunction<ReceiveMicrosoftPushEnv>(this, 'receive-microsoft-push', {
      ...receiver,
      errorImpact: 'Changes in Microsoft calendars are noticed late, and subscriptions cannot be made.',
    });
    syncQueue.grantSend(receiveMicrosoftPush);

    const syncCalendar = new KalendsFunction<SyncCalendarEnv>(this, 'sync-calendar', {
      ...base,
      errorImpact: 'Calendars are not kept up to date.',
      timeout: syncTimeout,
      memorySize: 1024,
      environment: {
        TABLE_NAME: table.name,
        KEY_ARN: key.key.keyArn,
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        BOT_QUEUE_URL: botQueue.queue.queueUrl,
        BOT_LEAD_SECONDS: String(settings.botLeadSeconds),
        EVENT_BUS_NAME: notifications.name,
        SIGNING_SECRET: signingSecret,
        PUBLIC_URL: settings.publicUrl ?? api.url,
        WINDOW_PAST_DAYS: String(settings.windowPastDays),
        WINDOW_FUTURE_DAYS: String(settings.windowFutureDays),
        EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
        LOG_RETENTION_DAYS: String(settings.changeRetentionDays),
        GOOGLE_API_URL: settings.googleApiUrl,
        GOOGLE_OAUTH_URL: settings.googleOauthUrl,
        MICROSOFT_GRAPH_URL: settings.microsoftGraphUrl,
        MICROSOFT_LOGIN_URL: settings.microsoftLoginUrl,
        MICROSOFT_TENANT: settings.microsoftTenant,
      },
    });
    table.grant(
      syncCalendar,
      'BatchGetItem',
      'BatchWriteItem',
      'ConditionCheckItem',
      'DeleteItem',
      'GetItem',
      'PutItem',
      'Query',
      'UpdateItem',
    );
    table.grantQuery(syncCalendar, 'partition-by-end', 'partition-by-created', subsetIndex.name);
    key.grantSeal(syncCalendar, 'credentials');
    key.grantOpen(syncCalendar, 'credentials');
    notifications.grantPublish(syncCalendar);
    syncQueue.grantSend(syncCalendar);
    botQueue.grantSend(syncCalendar);
    // One calendar per invocation: a slow provider costs nobody else's time.
    syncQueue.workedBy(syncCalendar, { batchSize: 1, maxConcurrency: 100 });

    const dispatchTimers = new KalendsFunction<DispatchDueEnv>(this, 'dispatch-due', {
      ...base,
      errorImpact: 'Channels are not renewed, failed syncs and webhooks not repeated, bots not handed off.',
      timeout: Duration.seconds(55),
      environment: {
        TABLE_NAME: table.name,
        SYNC_QUEUE_URL: syncQueue.queue.queueUrl,
        BOT_QUEUE_URL: botQueue.queue.queueUrl,
        WEBHOOK_QUEUE_URL: webhookQueue.queue.queueUrl,
      },
    });
    table.grant(dispatchTimers, 'UpdateItem');
    table.grantQuery(dispatchTimers, dueIndex);
    syncQueue.grantSend(dispatchTimers);
    botQueue.grantSend(dispatchTimers);
    webhookQueue.grantSend(dispatchTimers);
    everyMinute(this, 'EveryMinute', dispatchTimers);

    const webhooks = addWebhookFunctions(this, {
      base,
      settings,
      table,
      key,
      notificationQueue,
      webhookQueue,
      signingSecret,
      timeouts: { api: apiTimeout, fanOut: fanOutTimeout, delivery: deliveryTimeout },
    });

    const bots = addBotFunctions(this, {
      base,
      settings,
      table,
      key,
      notifications,
      botQueue,
      ruleQueue,
      signingSecret,
      timeouts: { api: apiTimeout, handOff: handOffTimeout },
    });
    const rules = addRuleFunctions(this, {
      base,
      settings,
      table,
      botQueue,
      ruleQueue,
      signingSecret,
      timeouts: { api: apiTimeout, decide: decideTimeout },
    });

    const functions = {
      ...webhooks,
      ...bots,
      ...rules,
      'api-calendars': apiCalendars,
      'api-calendar-events': apiCalendarEvents,
      'api-service': apiService,
      'receive-google-push': receiveGooglePush,
      'receive-microsoft-push': receiveMicrosoftPush,
      'sync-calendar': syncCalendar,
      'dispatch-due': dispatchTimers,
    };
    api.serve(functions);

    const flow: Flow = {
      api,
      functions,
      syncQueue,
      table,
      notifications,
      notificationQueue,
      webhookQueue,
      botQueue,
      ruleQueue,
    };
    const alarms = new Alarms(this, 'Alarms', { key, email: settings.alarmEmail });
    watchFlow(alarms, flow);
    new FlowDashboard(this, 'Dashboard', { flow, alarms });

    new CfnOutput(this, 'ApiUrl', { value: settings.publicUrl ?? api.url });
    new CfnOutput(this, 'TableName', { value: table.name });
    new CfnOutput(this, 'EventBusName', { value: notifications.name });
    new CfnOutput(this, 'EventBusArn', { value: notifications.bus.eventBusArn });
    new CfnOutput(this, 'AlarmTopicArn', { value: alarms.topic.topicArn });
  }
}
