import { Duration, Stack } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { Operation } from 'aws-cdk-lib/aws-dynamodb';
import { FilterPattern } from 'aws-cdk-lib/aws-logs';
import type { Flow } from './flow.ts';
import type { KalendsFunction } from './kalends-function.ts';

/** Every alarm and graph looks at periods of this length. */
export const period = Duration.minutes(5);

/** Requests that DynamoDB refused for their rate, whether by table or by index. */
export const throttledRequests = ({ table }: Flow): IMetric =>
  table.table.metricThrottledRequestsForOperations({
    operations: [
      Operation.BATCH_GET_ITEM,
      Operation.BATCH_WRITE_ITEM,
      Operation.DELETE_ITEM,
      Operation.GET_ITEM,
      Operation.PUT_ITEM,
      Operation.QUERY,
      Operation.TRANSACT_WRITE_ITEMS,
      Operation.UPDATE_ITEM,
    ],
    period,
  });

/**
 * Symmetric cryptographic operations per second in percent of the account's quota: KMS has no metric of throttling, and
 * the quota is shared with everything else in the account and region.
 */
export const keyQuotaUse = (): IMetric =>
  new MathExpression({
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

/** Refusals of the operator's OAuth client, as the sync logs them: no function fails by them, and nobody is disconnected. */
export const operatorRefusals = (sync: KalendsFunction): IMetric =>
  sync.logs
    .addMetricFilter('OperatorRefusals', {
      metricNamespace: `Kalends/${Stack.of(sync).stackName}`,
      metricName: 'OperatorRefusals',
      filterPattern: FilterPattern.stringValue('$.alarm', '=', 'operator'),
    })
    .metric({ period, statistic: 'Sum' });

/** Endpoints that were stopped and deliveries that were given up, as they are logged: no function fails by them. */
export const exhaustedWebhooks = (first: KalendsFunction, ...others: KalendsFunction[]): IMetric => {
  const count = (sender: KalendsFunction): IMetric =>
    sender.logs
      .addMetricFilter('ExhaustedWebhooks', {
        metricNamespace: `Kalends/${Stack.of(sender).stackName}`,
        metricName: 'ExhaustedWebhooks',
        filterPattern: FilterPattern.stringValue('$.alarm', '=', 'webhook'),
      })
      .metric({ period, statistic: 'Sum' });
  // All count into the same metric.
  for (const other of others) count(other);
  return count(first);
};
