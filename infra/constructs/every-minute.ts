import { Duration } from 'aws-cdk-lib';
import { Rule, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Construct } from 'constructs';
import type { KalendsFunction } from './kalends-function.ts';

/**
 * Calls a function every minute. A call that fails is not repeated: the next minute finds the same work, and old calls
 * queued up behind an outage would only find it done.
 */
export function everyMinute(scope: Construct, id: string, { lambda }: KalendsFunction): void {
  const once = { retryAttempts: 0, maxEventAge: Duration.minutes(1) };
  lambda.configureAsyncInvoke(once);
  new Rule(scope, id, {
    description: 'Kalends: hands over what is due',
    schedule: Schedule.rate(Duration.minutes(1)),
    targets: [new LambdaFunction(lambda, once)],
  });
}
