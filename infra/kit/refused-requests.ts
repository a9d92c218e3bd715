import { Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricPeriod } from './metric-period.ts';

const metricName = 'RequestsBeyondLimits';
const namespaceOf = (scope: Construct): string => `Kalends/${Stack.of(scope).stackName}`;

/** Counts the requests that a function refused by a limit of a project. The log names project and limit. */
export function countRefusedRequests(logs: LogGroup): void {
  logs.addMetricFilter(metricName, {
    metricNamespace: namespaceOf(logs),
    metricName,
    filterPattern: FilterPattern.stringValue('$.message', '=', 'request refused by a limit'),
  });
}

/** The requests that any function of the stack refused by a limit. */
export const refusedRequests = (scope: Construct): IMetric =>
  new Metric({ namespace: namespaceOf(scope), metricName, period: metricPeriod, statistic: 'Sum' });
