import { Fn } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import type { IGrantable } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { announcedTriggers, notificationSource, type WebhookTrigger } from '../../shared/notifications/notification.ts';
import { period } from './flow-metrics.ts';
import type { WorkQueue } from './work-queue.ts';

/** The bus on which Kalends states what happened. Customers may add rules of their own. */
export class NotificationBus extends Construct {
  readonly bus: EventBus;
  readonly #toWebhooks: Rule;

  constructor(
    scope: Construct,
    id: string,
    { notificationQueue, ruleQueue }: { notificationQueue: WorkQueue; ruleQueue: WorkQueue },
  ) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'Kalends: notifications about calendars, events and bots' });
    // Notifications that have a webhook trigger; EventBridge tries for a day, then what it cannot hand over is a dead letter.
    this.#toWebhooks = new Rule(this, 'ToWebhooks', {
      eventBus: this.bus,
      eventPattern: { source: [notificationSource], detailType: [...announcedTriggers] },
      targets: [new SqsQueue(notificationQueue.queue, { deadLetterQueue: notificationQueue.deadLetters })],
    });
    const targets = [new SqsQueue(ruleQueue.queue, { deadLetterQueue: ruleQueue.deadLetters })];
    // Events to decide: they have changed, or can be followed again. Of a disconnected calendar its bots tell.
    new Rule(this, 'CalendarsToRules', {
      eventBus: this.bus,
      eventPattern: {
        source: [notificationSource],
        detailType: ['calendar.events_update', 'calendar.state_change'] satisfies WebhookTrigger[],
        detail: { payload: { data: { state: ['connected'] } } },
      },
      targets,
    });
    // Bots that have come or gone without any rule.
    new Rule(this, 'BotsToRules', {
      eventBus: this.bus,
      eventPattern: {
        source: [notificationSource],
        detailType: ['bot.state_change'] satisfies WebhookTrigger[],
        detail: { payload: { data: { event_type: ['removed', 'restored'] } } },
      },
      targets,
    });
  }

  get name(): string {
    return this.bus.eventBusName;
  }

  grantPublish(grantee: IGrantable): void {
    this.bus.grantPutEventsTo(grantee);
  }

  /** What became of the notifications that have a webhook trigger. */
  metric(metricName: 'Invocations' | 'FailedInvocations' | 'InvocationsSentToDlq'): IMetric {
    // CloudFormation names a rule of such a bus `<bus>|<rule>`.
    const ruleName = Fn.select(1, Fn.split('|', this.#toWebhooks.ruleName));
    return new Metric({
      namespace: 'AWS/Events',
      metricName,
      dimensionsMap: { EventBusName: this.name, RuleName: ruleName },
      statistic: Stats.SUM,
      period,
    });
  }
}
