import { Duration, Stack } from 'aws-cdk-lib';
import { MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { AlarmProps } from './alarm-props.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import { type Granted, type Needs, setVariable } from './granted.ts';

/** The purpose of a sealed secret. KMS checks it as encryption context, IAM as a condition. */
export type SealPurpose = 'credentials' | 'webhook' | 'answer' | 'bot_runner';

type KeyVariable = Record<'KEY_ARN', Granted>;

/**
 * The customer key. It encrypts the table. Data keys under it seal credentials, secrets of webhooks and runners, and
 * the answers that are stored for repeated POSTs.
 */
export class EncryptionKey extends Construct {
  readonly key: Key;

  /**
   * Symmetric cryptographic operations per second, in percent of the account's quota. KMS has no metric of throttling,
   * and all applications in the account and region share the quota.
   */
  readonly quotaUse = new MathExpression({
    expression: '100 * (calls / PERIOD(calls)) / SERVICE_QUOTA(calls)',
    label: 'KMS quota used, %',
    period: Duration.minutes(1),
    usingMetrics: {
      calls: new Metric({
        namespace: 'AWS/Usage',
        metricName: 'CallCount',
        dimensionsMap: { Service: 'KMS', Type: 'API', Resource: 'CryptographicOperationsSymmetric', Class: 'None' },
        statistic: 'Sum',
        period: Duration.minutes(1),
      }),
    },
  });

  readonly quotaAlarm: AlarmProps = {
    errorImpact: 'Soon no credentials can be opened and no calendar synced: KMS is at four fifths of its rate.',
    metric: this.quotaUse,
    above: 80,
    periods: 5,
  };

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Without the key everything stored is lost. It outlives the stack; its deletion can be cancelled for 30 days.
    this.key = new Key(this, 'Key', {
      description: 'Kalends: table, credentials, webhook secrets, stored answers',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
    });
    fixLogicalId(this.key, id);
  }

  /** Allows `fn` to seal secrets of this purpose. */
  allowSeal(fn: Needs<'KEY_ARN'>, purpose: SealPurpose): KeyVariable {
    return this.#allow(fn, 'kms:GenerateDataKey', purpose);
  }

  /** Allows `fn` to open secrets of this purpose. */
  allowOpen(fn: Needs<'KEY_ARN'>, purpose: SealPurpose): KeyVariable {
    return this.#allow(fn, 'kms:Decrypt', purpose);
  }

  /** Allows the calls of KMS that DynamoDB makes on behalf of a caller of the table, and no call outside DynamoDB. */
  allowThroughTable(grantee: IGrantable, use: 'read' | 'write'): void {
    const writing = ['kms:Encrypt', 'kms:GenerateDataKey'];
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:DescribeKey', ...(use === 'write' ? writing : [])],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }

  /** Allows CloudWatch alarms to publish to a topic that this key encrypts; they need the key's own policy for it. */
  allowAlarms(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // In a key policy, `*` is the key itself.
        resources: ['*'],
      }),
    );
  }

  #allow(fn: Needs<'KEY_ARN'>, action: string, purpose: SealPurpose): KeyVariable {
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: [action],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:purpose': purpose } },
      }),
    );
    return setVariable('KEY_ARN', this.key.keyArn);
  }
}
