import { Duration } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';

export const MILLIS_PER_SECOND = 1000;

/**
 * How old the last record of a batch was when the function got it, in milliseconds.
 *
 * @see https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
 */
export function iteratorAge(handler: IFunction): IMetric {
  return handler.metric('IteratorAge', { statistic: 'Maximum', period: Duration.minutes(1) });
}
