import { join } from 'node:path';
import { type CfnResource, Duration, RemovalPolicy } from 'aws-cdk-lib';
import { Architecture, Code, Function as LambdaFunction, LoggingFormat, Runtime, Tracing } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../shared/http/routes.ts';

export interface KalendsFunctionProps<Env> {
  /** Exactly what the function's `env.ts` asks for: a forgotten variable does not compile. */
  environment: { [name in keyof Env]: string };
  /** Folder that holds one bundle per function. */
  bundles: string;
  timeout: Duration;
  memorySize?: number;
  logRetention: RetentionDays;
}

/** A deployed function. Its id is its folder in `functions/`, the name of its alarm and a field of its log lines. */
export class KalendsFunction<Env extends object> extends Construct {
  readonly lambda: LambdaFunction;

  constructor(scope: Construct, name: FunctionName, props: KalendsFunctionProps<Env>) {
    super(scope, name);
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Kalends ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(props.bundles, name)),
      handler: 'index.handler',
      timeout: props.timeout,
      memorySize: props.memorySize ?? 512,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(this, 'Logs', { retention: props.logRetention, removalPolicy: RemovalPolicy.DESTROY }),
      environment: { ...props.environment, POWERTOOLS_SERVICE_NAME: name },
    });
    (this.lambda.node.defaultChild as CfnResource).addMetadata('kalends:function', name);
  }
}
