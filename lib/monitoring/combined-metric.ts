import { Duration } from 'aws-cdk-lib';
import { MathExpression, type Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

export interface CombinedMetricProps extends MetricOptions {
  readonly statistic: string;
  readonly variants: readonly string[];
  /** What is combined: a metric of one variant, with the statistic. */
  readonly ofVariant: (variant: string) => Metric;
}

/**
 * Combines a metric of several variants, of which some may have no data, by an expression of their ids.
 * Several such metrics may stand in one graph or alarm: ids are those of the metric, its statistic and its
 * period.
 */
export function combined(
  expressionOf: (ids: readonly string[]) => string,
  metricName: string,
  {
    variants,
    ofVariant,
    label,
    color,
    period = Duration.minutes(1),
    statistic,
    ...others
  }: CombinedMetricProps,
): MathExpression {
  const suffix = period.toSeconds() === 60 ? '' : `_${period.toSeconds()}`;
  const ids = variants.map((_, index) => idOf(`${metricName}_${statistic}${suffix}_${index}`));
  return new MathExpression({
    expression: expressionOf(ids),
    usingMetrics: Object.fromEntries(
      variants.map((variant, index) => [
        ids[index] as string,
        ofVariant(variant).with({ ...others, statistic, period }),
      ]),
    ),
    label,
    color,
    period,
  });
}

/**
 * An id of CloudWatch begins with a lower-case letter, and has letters, digits and underscores:
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataQuery.html
 */
export function idOf(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1).replace(/\W/g, '_');
}
