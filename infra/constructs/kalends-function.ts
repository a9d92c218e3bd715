import { join } from 'node:path';
import { type CfnResource, type Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../shared/service/routes.ts';

export interface KalendsFunctionProps<Env> {
  /** Exactly what the function's `env.ts` asks for: a forgotten variable does not compile. */
  environment: { [name in keyof Env]: string };
  /** Folder that holds one bundle per function. */
  bundles: string;
  timeout: Duration;
  memorySize?: number;
  logRetention: RetentionDays;
  /** Who is hurt, and how, when the function fails: the text of its alarms. */
  errorImpact: string;
}

/** A deployed function. Its id is its folder in `functions/`, the name of its alarms and a field of its log lines. */
export class KalendsFunction<Env extends object = object> extends Construct implements IGrantable {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;
  readonly errorImpact: string;
  readonly logs: LogGroup;

  constructor(scope: Construct, name: FunctionName, props: KalendsFunctionProps<Env>) {
    super(scope, name);
    this.name = name;
    this.errorImpact = props.errorImpact;
    // A role of our own, because the default one comes with a managed policy that may write to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Not under the customer key: no secret, title, attendee or token is ever logged.
    const logGroup = new LogGroup(this, 'Logs', {
      retention: props.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    logGroup.grantWrite(role);
    this.logs = logGroup;
    // No reserved concurrency: an account that is new has ten executions in all and refuses to set any aside.
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Kalends ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, name)),
      handler: 'index.handler',
      role,
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      environment: { ...props.environment, POWERTOOLS_SERVICE_NAME: name },
    });
    (this.lambda.node.defaultChild as CfnResource).addMetadata('kalends:function', name);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: its two actions can only be allowed for all.',
    });
  }

  get grantPrincipal(): IPrincipal {
    return this.lambda.grantPrincipal;
  }
}
