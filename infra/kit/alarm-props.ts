import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';

export interface AlarmProps {
  /** Who is hurt while the alarm is on, and how: a sentence that stands in the alarm's mail. */
  errorImpact: string;
  /** Anchor of the entry in `docs/runbook.md`; default: the name of the alarm. */
  runbook?: string;
  /** Over periods of `metricPeriod`, unless it brings its own. */
  metric: IMetric;
  /** The alarm is on above this value. */
  above?: number;
  /** The alarm is on below this value. */
  below?: number;
  /** Number of periods in a row; default 1. */
  periods?: number;
  /** Missing data turns the alarm on; by default it turns the alarm off. */
  alarmWithoutData?: boolean;
}
