import { join } from 'node:path';
import { type CfnResource, Duration, RemovalPolicy, Validations } from 'aws-cdk-lib';
import { type IGrantable, type IPrincipal, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  type CfnFunction,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { FunctionName } from '../../shared/service/routes.ts';
import type { Settings } from '../config.ts';
import type { Alarms } from './alarms.ts';
import { fixLogicalId } from './fix-logical-id.ts';
import type { Environment } from './granted.ts';
import { metricPeriod } from './metric-period.ts';
import { countUnreadableRows } from './unreadable-rows.ts';

/** What every function needs of the stack. */
export interface FunctionBase {
  settings: Settings;
  /** Folder that holds one bundle per function. */
  bundles: string;
  alarms: Alarms;
}

export interface KalendsFunctionProps<Env> {
  foundation: FunctionBase;
  /**
   * Who is hurt, and how, when the function fails: the text of its alarm. Absent where another alarm shows the failures:
   * behind the API they are 5xx answers; in a queue's worker the messages wait, or end among the dead letters.
   */
  errorImpact?: string;
  /** From `functionTimeoutMs` in `shared/platform/timing.ts`. */
  timeoutMs: number;
  /** In MB; default 512. */
  memorySize?: number;
  /**
   * All variables of the function's `env.ts`. A grant returns the variable of what it allows:
   * `(fn) => ({ ...table.allow(fn, 'GetItem'), PUBLIC_URL: url })`.
   */
  environment: (fn: KalendsFunction<Env>) => Environment<Env>;
}

/** A deployed function. Its id is its folder in `functions/`, the name of its alarms and a field of its log lines. */
export class KalendsFunction<Env = unknown> extends Construct implements IGrantable {
  readonly name: FunctionName;
  readonly lambda: LambdaFunction;
  readonly logs: LogGroup;
  /** Exists for the type checker only: grants look in it for their variable. */
  declare readonly env: Env;

  constructor(scope: Construct, name: FunctionName, props: KalendsFunctionProps<Env>) {
    super(scope, name);
    const { bundles, settings, alarms } = props.foundation;
    this.name = name;
    // The default role would come with a managed policy that allows writing to every log group.
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    // Not under the customer key: no secret, title, attendee or token is ever logged.
    this.logs = new LogGroup(this, 'Logs', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    fixLogicalId(this.logs, `${pascalCase(name)}Logs`);
    this.logs.grantWrite(role);
    // No reserved concurrency: a new account has ten executions in all and does not allow any to be reserved.
    this.lambda = new LambdaFunction(this, 'Function', {
      description: `Kalends ${name}`,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(join(bundles, name)),
      handler: 'index.handler',
      role,
      timeout: Duration.millis(props.timeoutMs),
      memorySize: props.memorySize ?? 512,
      tracing: Tracing.ACTIVE,
      loggingFormat: LoggingFormat.JSON,
      // Lambda's lines of invocations that succeed say nothing that its metrics do not say, and cost more than ours.
      systemLogLevelV2: SystemLogLevel.WARN,
      logGroup: this.logs,
      environment: { SERVICE_NAME: name },
    });
    const environment = Object.entries<string>(props.environment(this));
    for (const [variable, value] of environment) this.lambda.addEnvironment(variable, value);
    if (environment.some(([variable]) => variable === 'TABLE_NAME')) countUnreadableRows(this.logs);
    (this.lambda.node.defaultChild as CfnResource).addMetadata('kalends:function', name);
    Validations.of(role).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'X-Ray has no resources to name: its two actions can only be allowed for all.',
    });
    if (props.errorImpact) {
      alarms.add(`${name}-errors`, {
        errorImpact: props.errorImpact,
        runbook: 'function-errors',
        metric: this.lambda.metricErrors({ period: metricPeriod }),
        above: 2,
      });
    }
  }

  /** Long work goes on in messages to the worker's own queue. Lambda would stop the 16th message of such a chain. */
  allowOwnMessages(): void {
    (this.lambda.node.defaultChild as CfnFunction).recursiveLoop = 'Allow';
  }

  get grantPrincipal(): IPrincipal {
    return this.lambda.grantPrincipal;
  }
}

/** `sync-calendar` → `SyncCalendar`. */
const pascalCase = (name: string): string =>
  name
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
