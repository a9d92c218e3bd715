import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AlarmProps } from './alarm-props.ts';
import type { EncryptionKey } from './encryption-key.ts';
import { metricPeriod } from './metric-period.ts';

/** All alarms, and the topic that is notified when one goes on or off. Each construct adds the alarms it needs. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: Alarm[] = [];

  /** @param email receives every alarm; without it, alarms go to the topic only */
  constructor(scope: Construct, id: string, { key, email }: { key: EncryptionKey; email: string | undefined }) {
    super(scope, id);
    key.allowAlarms();
    this.topic = new Topic(this, 'Topic', { displayName: 'Kalends alarms', masterKey: key.key, enforceSSL: true });
    // `enforceSSL` gives the topic a policy, and that replaces the default one, which lets in the account's alarms.
    // `grantPublish` would let them in too, but it also opens the key with a wildcard.
    const anyAlarm = Stack.of(this).formatArn({
      service: 'cloudwatch',
      resource: 'alarm',
      resourceName: '*',
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        conditions: { ArnLike: { 'aws:SourceArn': anyAlarm } },
      }),
    );
    if (email) this.topic.addSubscription(new EmailSubscription(email));
    this.add('key-quota', key.quotaAlarm);
    this.add('function-throttles', {
      errorImpact: 'Syncs, webhooks and bots wait, and requests fail: the account has no free Lambda executions.',
      // Of all functions of the account: they share its executions, so a refusal of one stands for all.
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        period: metricPeriod,
        statistic: 'Sum',
      }),
      above: 0,
      periods: 2,
    });
  }

  /** @param name kebab-case; it begins with the name of the function or queue that the alarm watches, if there is one */
  add(name: string, props: AlarmProps): void {
    const { errorImpact, runbook = name, metric, above, below, periods = 1, alarmWithoutData } = props;
    const alarm = new Alarm(this, name, {
      alarmDescription: `${errorImpact} Runbook: docs/runbook.md#${runbook}`,
      metric,
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: alarmWithoutData ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const notify = new SnsAction(this.topic);
    alarm.addAlarmAction(notify);
    alarm.addOkAction(notify);
    this.all.push(alarm);
  }
}
