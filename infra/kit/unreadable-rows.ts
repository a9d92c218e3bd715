import { Stack } from 'aws-cdk-lib';
import { type IMetric, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { FilterPattern, type LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import { metricPeriod } from './metric-period.ts';

const metricName = 'UnreadableRows';
const namespaceOf = (scope: Construct): string => `Kalends/${Stack.of(scope).stackName}`;

/** Counts the rows that a function could not read: it goes on without them, so only its log shows them. */
export function countUnreadableRows(logs: LogGroup): void {
  logs.addMetricFilter(metricName, {
    metricNamespace: namespaceOf(logs),
    metricName,
    filterPattern: FilterPattern.stringValue('$.alarm', '=', 'unreadable_row'),
  });
}

/** The rows that any function of the stack could not read. */
export const unreadableRows = (scope: Construct): IMetric =>
  new Metric({ namespace: namespaceOf(scope), metricName, period: metricPeriod, statistic: 'Sum' });
