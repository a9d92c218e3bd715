import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import type { Env as DispatchDueEnv } from '../../functions/dispatch-due/env.ts';
import { functionTimeoutMs, timerTimingMs } from '../../shared/platform/timing.ts';
import { dueIndex } from '../../shared/store/table-schema.ts';
import type { Foundation } from '../kit/foundation.ts';
import { KalendsFunction } from '../kit/kalends-function.ts';
import { metricPeriod } from '../kit/metric-period.ts';
import type { Bots } from './bots.ts';
import type { Following } from './following.ts';
import type { SyncPipeline } from './sync-pipeline.ts';
import type { WebhookDelivery } from './webhook-delivery.ts';

interface TimersProps {
  foundation: Foundation;
  sync: SyncPipeline;
  webhooks: WebhookDelivery;
  bots: Bots;
  following: Following;
}

/** Every minute → dispatcher → the queue of each timer that is due. */
export class Timers extends Construct {
  readonly dispatcher: KalendsFunction;

  constructor(scope: Construct, id: string, { foundation, sync, webhooks, bots, following }: TimersProps) {
    super(scope, id);
    const { table, alarms } = foundation;

    this.dispatcher = new KalendsFunction<DispatchDueEnv>(this, 'dispatch-due', {
      foundation,
      errorImpact: 'Channels are not renewed, failed syncs and webhooks not retried, bots not handed off.',
      timeoutMs: functionTimeoutMs.dispatch,
      environment: (fn) => ({
        ...table.allow(fn, 'BatchGetItem', 'UpdateItem'),
        ...table.allowQuery(fn, dueIndex),
        ...sync.queues.google.allowSend(fn),
        ...sync.queues.microsoft.allowSend(fn),
        ...webhooks.queue.allowSend(fn),
        ...bots.queue.allowSend(fn),
        ...following.queue.allowSend(fn),
      }),
    });

    // A failed run is not repeated: the next minute finds the same timers. After an outage, old runs would find no work.
    const interval = Duration.millis(timerTimingMs.dispatchInterval);
    const once = { retryAttempts: 0, maxEventAge: interval };
    const { lambda } = this.dispatcher;
    lambda.configureAsyncInvoke(once);
    new Rule(this, 'EveryMinute', {
      description: 'Kalends: dispatches timers that are due',
      schedule: Schedule.rate(interval),
      targets: [new LambdaFunction(lambda, once)],
    });
    alarms.add('dispatch-due-stopped', {
      errorImpact:
        'No timer is dispatched: channels expire, failed syncs and webhooks are not retried, bots not handed off.',
      metric: lambda.metricInvocations({ period: metricPeriod }),
      below: 1,
      periods: 2,
      alarmWithoutData: true,
    });
  }
}
