import { Validations } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { fixLogicalId } from './fix-logical-id.ts';
import { type Granted, type Needs, setVariable } from './granted.ts';

/** The secret that signs the tokens of push channels and the cursors of pages. */
export class SigningSecret extends Construct {
  readonly #secret: Secret;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.#secret = new Secret(this, 'Secret', {
      description: 'Kalends: signs push channel tokens and page cursors',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    fixLogicalId(this.#secret, id);
    Validations.of(this.#secret).acknowledge({
      id: 'AwsSolutions-SMG4',
      reason: 'A new value would make every open push channel and every page cursor invalid at once.',
    });
  }

  /**
   * Gives `fn` the secret. CloudFormation resolves the reference at deployment, so a receiver starts without a call.
   * Readers of the function's configuration see the secret; with it they can cause a sync or forge a cursor, no more.
   */
  allowSign(_fn: Needs<'SIGNING_SECRET'>): Record<'SIGNING_SECRET', Granted> {
    return setVariable('SIGNING_SECRET', this.#secret.secretValue.unsafeUnwrap());
  }
}
