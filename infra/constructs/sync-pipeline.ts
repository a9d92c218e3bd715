import { Duration, Stack } from 'aws-cdk-lib';
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type IFilterPattern } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Env as ReceiveGooglePushEnv } from '../../functions/receive-google-push/env.ts';
import type { Env as ReceiveMicrosoftPushEnv } from '../../functions/receive-microsoft-push/env.ts';
import type { Env as SyncCalendarEnv } from '../../functions/sync-calendar/env.ts';
import { functionTimeoutMs } from '../../shared/platform/timing.ts';
import { subsetIndex } from '../../shared/store/table-schema.ts';
import type { Foundation } from '../kit/foundation.ts';
import { fromSettings } from '../kit/from-settings.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { metricPeriod } from '../kit/metric-period.ts';
import { WorkQueue } from '../kit/work-queue.ts';
import type { Bots } from './bots.ts';

/** Provider push → sync queue of the provider → sync of one calendar → table, notifications, bots. */
export class SyncPipeline extends Construct {
  readonly queues;
  readonly worker: KalendsFunction;
  /** Functions to which providers push. */
  readonly receivers;

  constructor(
    scope: Construct,
    id: string,
    { foundation, bots, publicUrl }: { foundation: Foundation; bots: Bots; publicUrl: string },
  ) {
    super(scope, id);
    const { table, key, signing, notifications, settings, alarms } = foundation;

    const queueOf = <Id extends `${string}Queue`>(id: Id, provider: string): WorkQueue<Id> =>
      new WorkQueue(this, id, {
        alarms,
        fifo: true,
        workerTimeoutMs: functionTimeoutMs.sync,
        deliveryDelay: Duration.seconds(settings.debounceDelaySeconds),
        deadLetterImpact: `Changes of some ${provider} calendars are not taken over until their next scheduled sync.`,
        runbook: 'sync',
        backlog: {
          errorImpact: `${provider} calendars are more than a quarter of an hour behind.`,
          above: Duration.minutes(15),
          // One calendar may wait that long for its provider (Retry-After); a backlog lasts longer.
          periods: 3,
        },
      });
    // A queue for each provider: while one hangs, the calendars of the other keep their speed.
    const google = queueOf('GoogleSyncQueue', 'Google');
    const microsoft = queueOf('MicrosoftSyncQueue', 'Microsoft');
    this.queues = { google, microsoft };

    this.receivers = {
      'receive-google-push': new KalendsFunction<ReceiveGooglePushEnv>(this, 'receive-google-push', {
        foundation,
        timeoutMs: functionTimeoutMs.receive,
        environment: (fn) => ({
          ...google.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'DEBOUNCE_WIDTH_MS'),
        }),
      }),
      'receive-microsoft-push': new KalendsFunction<ReceiveMicrosoftPushEnv>(this, 'receive-microsoft-push', {
        foundation,
        timeoutMs: functionTimeoutMs.receive,
        environment: (fn) => ({
          ...microsoft.allowSend(fn),
          ...signing.allowSign(fn),
          ...fromSettings(fn, settings, 'DEBOUNCE_WIDTH_MS'),
        }),
      }),
    };

    this.worker = new KalendsFunction<SyncCalendarEnv>(this, 'sync-calendar', {
      foundation,
      timeoutMs: functionTimeoutMs.sync,
      // It waits for providers. A listing of 5,000 events of 2 kB holds 46 MB, so one of 20,000 fits with a wide margin.
      memorySize: 512,
      environment: (fn) => ({
        ...table.allow(
          fn,
          'BatchGetItem',
          'BatchWriteItem',
          'ConditionCheckItem',
          'DeleteItem',
          'GetItem',
          'PutItem',
          'Query',
          'UpdateItem',
        ),
        ...table.allowQuery(fn, 'partition-by-updated', 'partition-by-created', subsetIndex.name),
        ...key.allowOpen(fn, 'credentials'),
        ...notifications.allowPublish(fn),
        ...signing.allowSign(fn),
        ...google.allowSend(fn),
        ...microsoft.allowSend(fn),
        ...bots.queue.allowSend(fn),
        // One calendar per invocation, so that a slow provider does not delay other calendars.
        ...google.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        ...microsoft.allowWork(fn, { batchSize: 1, maxConcurrency: settings.workersPerQueue }),
        PUBLIC_URL: publicUrl,
        ...fromSettings(fn, settings, 'BOT_LEAD_SECONDS', 'EVENT_RETENTION_DAYS', 'CHANGE_RETENTION_DAYS'),
        ...fromSettings(fn, settings, 'WINDOW_PAST_DAYS', 'WINDOW_FUTURE_DAYS', 'PROJECT_WORKERS'),
        ...fromSettings(fn, settings, 'GOOGLE_API_URL', 'GOOGLE_OAUTH_URL'),
        ...fromSettings(fn, settings, 'MICROSOFT_GRAPH_URL', 'MICROSOFT_LOGIN_URL', 'MICROSOFT_TENANT'),
      }),
    });

    // No function fails by such failures and no calendar is disconnected for them: only the log shows them.
    alarms.add('operator-refused', {
      errorImpact: 'Calendars are not synced: a provider refuses your OAuth client or project, not your users.',
      metric: this.countLines('OperatorRefusals', FilterPattern.stringValue('$.alarm', '=', 'operator')),
      above: 0,
    });
    alarms.add('client-refused', {
      errorImpact: 'Many calendars of one OAuth client are refused at once: the client is suspected, not its users.',
      metric: this.countLines('ClientRefusals', FilterPattern.stringValue('$.alarm', '=', 'client')),
      above: 0,
    });
    alarms.add('calendars-stale', {
      errorImpact: 'Some calendars have not been synced for hours: their users see old events.',
      metric: this.countLines('StaleCalendars', FilterPattern.booleanValue('$.stale', true)),
      above: 0,
    });
  }

  /** Counts the lines of the worker's log that a pattern fits. */
  private countLines(metricName: string, filterPattern: IFilterPattern): Metric {
    const metricNamespace = `Kalends/${Stack.of(this).stackName}`;
    const filter = this.worker.logs.addMetricFilter(metricName, { metricNamespace, metricName, filterPattern });
    return filter.metric({ period: metricPeriod, statistic: 'Sum' });
  }
}
