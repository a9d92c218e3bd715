import { ArnFormat, Stack } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { EncryptionKey } from './encryption-key.ts';

export interface AlarmProps {
  /** Who is hurt while the alarm is on, and how; it stands in the mail. */
  errorImpact: string;
  /** Heading of `docs/runbook.md`, as in its link. */
  runbook: string;
  /** Over periods of five minutes. */
  metric: IMetric;
  /** On above this value; `below` turns it round. */
  above?: number;
  below?: number;
  /** How many periods in a row; 1 when absent. */
  periods?: number;
  /** No data is a reason for alarm; otherwise it is a good sign. */
  alarmWithoutData?: boolean;
}

/** Alarms and the topic that tells of them, going on and off. */
export class Alarms extends Construct {
  readonly topic: Topic;
  readonly all: Alarm[] = [];

  constructor(scope: Construct, id: string, { key, email }: { key: EncryptionKey; email: string | undefined }) {
    super(scope, id);
    key.allowAlarms();
    this.topic = new Topic(this, 'Topic', { displayName: 'Kalends alarms', masterKey: key.key, enforceSSL: true });
    // A topic with a policy of its own has lost the one that lets the account's alarms in. `grantPublish` would do, but
    // it also opens the key with a wildcard.
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
  }

  /** @param name kebab-case; a function's begins with the function's */
  add(name: string, { errorImpact, runbook, metric, above, below, periods = 1, alarmWithoutData }: AlarmProps): void {
    const alarm = new Alarm(this, name, {
      alarmDescription: `${errorImpact} Runbook: docs/runbook.md#${runbook}`,
      metric,
      threshold: above ?? below ?? 0,
      comparisonOperator:
        below === undefined ? ComparisonOperator.GREATER_THAN_THRESHOLD : ComparisonOperator.LESS_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: alarmWithoutData ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    const tell = new SnsAction(this.topic);
    alarm.addAlarmAction(tell);
    alarm.addOkAction(tell);
    this.all.push(alarm);
  }
}
