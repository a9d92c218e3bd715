import { Duration } from 'aws-cdk-lib';

/** Every alarm and graph evaluates periods of this length. */
export const metricPeriod = Duration.minutes(5);
