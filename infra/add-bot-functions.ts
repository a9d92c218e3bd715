import { Duration, type Stack } from 'aws-cdk-lib';
import type { Env as ApiBotsEnv } from '../functions/api-bots/env.ts';
import type { Env as FollowAttendeeEnv } from '../functions/follow-attendee/env.ts';
import type { Env as HandOffBotEnv } from '../functions/hand-off-bot/env.ts';
import { eventByIdIndex } from '../shared/store/table-schema.ts';
import type { Settings } from './config.ts';
import type { EncryptionKey } from './constructs/encryption-key.ts';
import { KalendsFunction, type KalendsFunctionProps } from './constructs/kalends-function.ts';
import type { KalendsTable } from './constructs/kalends-table.ts';
import type { NotificationBus } from './constructs/notification-bus.ts';
import type { WorkQueue } from './constructs/work-queue.ts';

interface BotParts {
  base: Pick<KalendsFunctionProps<object>, 'bundles' | 'logRetention'>;
  settings: Settings;
  table: KalendsTable;
  key: EncryptionKey;
  notifications: NotificationBus;
  botQueue: WorkQueue;
  ruleQueue: WorkQueue;
  signingSecret: string;
  timeouts: { api: Duration; handOff: Duration };
}

/** The functions of bots: API → bot queue → hand-off → whoever runs them, and back from an Attendee server. */
export function addBotFunctions(
  stack: Stack,
  { base, settings, table, key, notifications, botQueue, ruleQueue, signingSecret, timeouts }: BotParts,
) {
  const apiBots = new KalendsFunction<ApiBotsEnv>(stack, 'api-bots', {
    ...base,
    errorImpact: 'Applications cannot schedule, read, change or remove bots.',
    timeout: timeouts.api,
    environment: {
      TABLE_NAME: table.name,
      KEY_ARN: key.key.keyArn,
      BOT_QUEUE_URL: botQueue.queue.queueUrl,
      RULE_QUEUE_URL: ruleQueue.queue.queueUrl,
      SIGNING_SECRET: signingSecret,
      POSTS_PER_MINUTE: String(settings.postsPerMinute),
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      BOT_LEAD_SECONDS: String(settings.botLeadSeconds),
      ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
      WEBHOOK_PORTS: settings.webhookPorts.join(','),
    },
  });
  table.grant(apiBots, 'BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem');
  table.grantQuery(apiBots, 'project-by-created', eventByIdIndex);
  key.grantSeal(apiBots, 'bot_runner');
  key.grantSeal(apiBots, 'answer');
  key.grantOpen(apiBots, 'answer');
  botQueue.grantSend(apiBots);
  ruleQueue.grantSend(apiBots);

  const followAttendee = new KalendsFunction<FollowAttendeeEnv>(stack, 'follow-attendee', {
    ...base,
    errorImpact: 'What becomes of bots at an Attendee server is not known here.',
    timeout: Duration.seconds(10),
    environment: {
      TABLE_NAME: table.name,
      KEY_ARN: key.key.keyArn,
      BOT_QUEUE_URL: botQueue.queue.queueUrl,
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      BOT_LEAD_SECONDS: String(settings.botLeadSeconds),
    },
  });
  table.grant(followAttendee, 'BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem');
  key.grantOpen(followAttendee, 'bot_runner');
  botQueue.grantSend(followAttendee);

  const handOffBot = new KalendsFunction<HandOffBotEnv>(stack, 'hand-off-bot', {
    ...base,
    errorImpact: 'Bots are not handed off, or not corrected when their meetings move.',
    timeout: timeouts.handOff,
    environment: {
      TABLE_NAME: table.name,
      KEY_ARN: key.key.keyArn,
      BOT_QUEUE_URL: botQueue.queue.queueUrl,
      EVENT_BUS_NAME: notifications.name,
      EVENT_RETENTION_DAYS: String(settings.eventRetentionDays),
      BOT_LEAD_SECONDS: String(settings.botLeadSeconds),
      ALLOW_LOOPBACK_WEBHOOKS: String(settings.allowLoopbackWebhooks),
      WEBHOOK_PORTS: settings.webhookPorts.join(','),
    },
  });
  table.grant(
    handOffBot,
    'BatchGetItem',
    'ConditionCheckItem',
    'DeleteItem',
    'GetItem',
    'PutItem',
    'Query',
    'UpdateItem',
  );
  key.grantOpen(handOffBot, 'webhook');
  key.grantOpen(handOffBot, 'bot_runner');
  notifications.grantPublish(handOffBot);
  botQueue.grantSend(handOffBot);
  botQueue.workedBy(handOffBot, { batchSize: 10, maxConcurrency: 100 });

  return { 'api-bots': apiBots, 'follow-attendee': followAttendee, 'hand-off-bot': handOffBot };
}
