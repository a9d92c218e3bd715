import { Construct } from 'constructs';
import type { Env as ApiAccountsEnv } from '../../functions/api-accounts/env.ts';
import type { Env as ApiBotRulesEnv } from '../../functions/api-bot-rules/env.ts';
import type { Env as ApiBotsEnv } from '../../functions/api-bots/env.ts';
import type { Env as ApiCalendarEventsEnv } from '../../functions/api-calendar-events/env.ts';
import type { Env as ApiCalendarsEnv } from '../../functions/api-calendars/env.ts';
import type { Env as ApiConnectEnv } from '../../functions/api-connect/env.ts';
import type { Env as ApiOrganizationsEnv } from '../../functions/api-organizations/env.ts';
import type { Env as ApiServiceEnv } from '../../functions/api-service/env.ts';
import type { Env as ApiWebhooksEnv } from '../../functions/api-webhooks/env.ts';
import type { Env as ConnectPageEnv } from '../../functions/connect-page/env.ts';
import type { Env as ServeDocsEnv } from '../../functions/serve-docs/env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { lookupIndexes, orderings, subsetIndex } from '../../shared/store/table-schema.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { countRefusedRequests } from '../kit/refused-requests.ts';
import type { BotRules } from './bot-rules.ts';
import type { Bots } from './bots.ts';
import type { SyncPipeline } from './sync-pipeline.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';

interface ApiProps {
  foundation: Foundation;
  sync: SyncPipeline;
  webhooks: WebhookDelivery;
  bots: Bots;
  rules: BotRules;
  /** Where clients and users reach the API and the pages, without a trailing slash. */
  publicUrl: string;
}

const timeoutMs = functionTimeoutMs.api;

/** The functions that answer requests of applications, one for each capability. */
export class Api extends Construct {
  readonly functions;

  constructor(scope: Construct, id: string, { foundation, sync, webhooks, bots, rules, publicUrl }: ApiProps) {
    super(scope, id);
    const { table, key, signing, notifications, settings } = foundation;

    this.functions = {
      'api-calendars': new KalendsFunction<ApiCalendarsEnv>(this, 'api-calendars', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem'),
          ...table.allow(fn, 'PutItem', 'Query', 'UpdateItem'),
          ...table.allowQuery(fn, 'project-by-created', 'partition-by-created', 'partition-by-end', subsetIndex.name),
          ...key.allowSeal(fn, 'credentials'),
          // It stores the answer of a POST sealed, and opens it for a repeated POST.
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...sync.queues.google.allowSend(fn),
          ...sync.queues.microsoft.allowSend(fn),
          ...signing.allowSign(fn),
          PUBLIC_URL: publicUrl,
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'GOOGLE_API_URL', 'GOOGLE_OAUTH_URL'),
          ...fromSettings(fn, settings, 'MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL', 'MICROSOFT_TENANT'),
        }),
      }),

      'api-accounts': new KalendsFunction<ApiAccountsEnv>(this, 'api-accounts', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'BatchWriteItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem'),
          ...table.allow(fn, 'PutItem', 'Query', 'UpdateItem'),
          ...table.allowQuery(fn, 'project-by-created', 'partition-by-created', subsetIndex.name),
          ...key.allowSeal(fn, 'credentials'),
          // It reads the calendars of an account at its provider.
          ...key.allowOpen(fn, 'credentials'),
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...sync.queues.google.allowSend(fn),
          ...sync.queues.microsoft.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'GOOGLE_API_URL', 'GOOGLE_OAUTH_URL'),
          ...fromSettings(fn, settings, 'MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL', 'MICROSOFT_TENANT'),
        }),
      }),

      'api-connect': new KalendsFunction<ApiConnectEnv>(this, 'api-connect', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
          ...key.allowSeal(fn, 'credentials'),
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...signing.allowSign(fn),
          PUBLIC_URL: publicUrl,
          ...fromSettings(fn, settings, 'PROJECT_LIMITS'),
        }),
      }),

      'api-organizations': new KalendsFunction<ApiOrganizationsEnv>(this, 'api-organizations', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
          ...table.allowQuery(fn, 'partition-by-created'),
          ...key.allowSeal(fn, 'credentials'),
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS'),
        }),
      }),

      // It may open and seal credentials: it exchanges codes with the secrets of OAuth apps, and stores what is granted.
      'connect-page': new KalendsFunction<ConnectPageEnv>(this, 'connect-page', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem'),
          ...table.allow(fn, 'PutItem', 'Query', 'UpdateItem'),
          // The calendars of a project are counted now and then.
          ...table.allowQuery(fn, 'project-by-created'),
          ...key.allowSeal(fn, 'credentials'),
          ...key.allowOpen(fn, 'credentials'),
          ...notifications.allowPublish(fn),
          ...sync.queues.google.allowSend(fn),
          ...sync.queues.microsoft.allowSend(fn),
          ...signing.allowSign(fn),
          PUBLIC_URL: publicUrl,
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'GOOGLE_API_URL', 'GOOGLE_AUTH_URL', 'GOOGLE_OAUTH_URL'),
          ...fromSettings(fn, settings, 'MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL', 'MICROSOFT_TENANT'),
        }),
      }),

      'api-calendar-events': new KalendsFunction<ApiCalendarEventsEnv>(this, 'api-calendar-events', {
        foundation,
        timeoutMs,
        memorySize: 1024,
        environment: (fn) => ({
          // It moves the high-water mark of the change feed, and fences commits that take too long.
          ...table.allow(fn, 'BatchGetItem', 'DeleteItem', 'GetItem', 'Query', 'UpdateItem'),
          ...table.allowQuery(fn, ...orderings.map(({ partitionIndex }) => partitionIndex)),
          ...table.allowQuery(fn, ...orderings.map(({ projectIndex }) => projectIndex)),
          ...table.allowQuery(fn, subsetIndex.name),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'CHANGE_RETENTION_DAYS'),
        }),
      }),

      'api-webhooks': new KalendsFunction<ApiWebhooksEnv>(this, 'api-webhooks', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchWriteItem', 'DeleteItem', 'GetItem', 'PutItem', 'Query', 'UpdateItem'),
          ...key.allowSeal(fn, 'webhook'),
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...webhooks.queue.allowSend(fn),
          ...bots.queue.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'DELIVERY_RETENTION_DAYS'),
          ...fromSettings(fn, settings, 'ALLOW_LOOPBACK_WEBHOOKS', 'WEBHOOK_PORTS'),
        }),
      }),

      'api-bots': new KalendsFunction<ApiBotsEnv>(this, 'api-bots', {
        foundation,
        timeoutMs,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'ConditionCheckItem', 'DeleteItem', 'GetItem', 'PutItem', 'UpdateItem'),
          ...table.allowQuery(fn, 'project-by-created', ...Object.values(lookupIndexes)),
          ...key.allowSeal(fn, 'bot_runner'),
          ...key.allowSeal(fn, 'answer'),
          ...key.allowOpen(fn, 'answer'),
          ...bots.queue.allowSend(fn),
          ...rules.queue.allowSend(fn),
          // Calendars are listed again with other hosts of meetings.
          ...sync.queues.google.allowSend(fn),
          ...sync.queues.microsoft.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS', 'EVENT_RETENTION_DAYS', 'BOT_LEAD_SECONDS'),
          ...fromSettings(fn, settings, 'ALLOW_LOOPBACK_WEBHOOKS', 'WEBHOOK_PORTS'),
        }),
      }),

      'api-bot-rules': new KalendsFunction<ApiBotRulesEnv>(this, 'api-bot-rules', {
        foundation,
        timeoutMs,
        memorySize: 1024,
        environment: (fn) => ({
          ...table.allow(fn, 'BatchGetItem', 'GetItem', 'PutItem', 'UpdateItem'),
          ...table.allowQuery(fn, 'project-by-start'),
          ...rules.queue.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'PROJECT_LIMITS'),
        }),
      }),

      'serve-docs': new KalendsFunction<ServeDocsEnv>(this, 'serve-docs', {
        foundation,
        timeoutMs,
        environment: () => ({}),
      }),
      'api-service': new KalendsFunction<ApiServiceEnv>(this, 'api-service', {
        foundation,
        timeoutMs,
        environment: (fn) => table.allow(fn, 'GetItem'),
      }),
    };
    for (const { name, logs } of Object.values(this.functions)) {
      if (name !== 'api-service' && name !== 'serve-docs' && name !== 'connect-page') countRefusedRequests(logs);
    }
  }
}
