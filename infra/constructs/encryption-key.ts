import { Duration, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';

/** What a secret sealed under the key is for; KMS checks it as encryption context, IAM by condition. */
export type SealPurpose = 'credentials' | 'webhook' | 'answer' | 'bot_runner';

/**
 * The customer key: it encrypts the table, and under it, in envelopes of their own, credentials, webhook secrets, and
 * the answers that are kept for repeated POSTs.
 */
export class EncryptionKey extends Construct {
  readonly key: Key;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    // Without the key everything stored is lost: it outlives the stack, and a deletion can be called off for a month.
    this.key = new Key(this, 'Key', {
      description: 'Kalends: table, credentials, webhook secrets, kept answers',
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
    });
  }

  grantSeal(grantee: IGrantable, purpose: SealPurpose): void {
    this.#allow(grantee, ['kms:GenerateDataKey'], purpose);
  }

  grantOpen(grantee: IGrantable, purpose: SealPurpose): void {
    this.#allow(grantee, ['kms:Decrypt'], purpose);
  }

  /** Use of the key by DynamoDB on behalf of a caller of the table; worthless outside DynamoDB. */
  grantThroughTable(grantee: IGrantable, use: 'read' | 'write'): void {
    const writing = ['kms:Encrypt', 'kms:GenerateDataKey'];
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['kms:Decrypt', 'kms:DescribeKey', ...(use === 'write' ? writing : [])],
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` } },
      }),
    );
  }

  /** CloudWatch alarms publish to an encrypted topic only when the key's own policy lets their service use it. */
  allowAlarms(): void {
    this.key.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
        // In a key policy this is the key itself.
        resources: ['*'],
      }),
    );
  }

  #allow(grantee: IGrantable, actions: string[], purpose: SealPurpose): void {
    grantee.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions,
        resources: [this.key.keyArn],
        conditions: { StringEquals: { 'kms:EncryptionContext:purpose': purpose } },
      }),
    );
  }
}
