import { Fn } from 'aws-cdk-lib';
import { type IMetric, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { notificationSource, type WebhookTrigger } from '../../shared/notifications/notification.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import { type Granted, type Needs, setVariable } from './granted.ts';
import { metricPeriod } from './metric-period.ts';
import type { WorkQueue } from './work-queue.ts';

/** Notifications that a queue receives: of one of these triggers and, if given, with one of these values in each field of `data`. */
export interface NotificationFilter {
  triggers: readonly WebhookTrigger[];
  data?: Record<string, string[]>;
  hasBotRules?: true[];
}

/** The bus to which Kalends publishes its notifications. Customers may add their own rules. */
export class NotificationBus extends Construct {
  readonly bus: EventBus;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.bus = new EventBus(this, 'Bus', { description: 'Kalends: notifications about calendars, events and bots' });
    fixLogicalId(this.bus, id);
  }

  get name(): string {
    return this.bus.eventBusName;
  }

  /** Allows `fn` to publish notifications. */
  allowPublish(fn: Needs<'EVENT_BUS_NAME'>): Record<'EVENT_BUS_NAME', Granted> {
    this.bus.grantPutEventsTo(fn);
    return setVariable('EVENT_BUS_NAME', this.name);
  }

  /**
   * Sends notifications to a queue. EventBridge retries for a day; what it cannot deliver becomes a dead letter.
   *
   * @param id of the rule, e.g. `CalendarsToRules`
   */
  forward(id: string, { queue, deadLetters }: WorkQueue, { triggers, data, hasBotRules }: NotificationFilter): Rule {
    return new Rule(this, id, {
      eventBus: this.bus,
      eventPattern: {
        source: [notificationSource],
        detailType: [...triggers],
        ...(data && { detail: { ...(hasBotRules && { has_bot_rules: hasBotRules }), payload: { data } } }),
      },
      // Fair queues: while one project has many notifications, those of the others are received first.
      targets: [new SqsQueue(queue, { deadLetterQueue: deadLetters, messageGroupId: '$.detail.project_id' })],
    });
  }

  /** What became of the notifications that a rule of this bus matched. */
  metric(rule: Rule, metricName: 'Invocations' | 'FailedInvocations' | 'InvocationsSentToDlq'): IMetric {
    return new Metric({
      namespace: 'AWS/Events',
      metricName,
      // CloudFormation names a rule of a custom bus `<bus>|<rule>`.
      dimensionsMap: { EventBusName: this.name, RuleName: Fn.select(1, Fn.split('|', rule.ruleName)) },
      statistic: Stats.SUM,
      period: metricPeriod,
    });
  }
}
