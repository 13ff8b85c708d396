import { Duration } from 'aws-cdk-lib';
import { Metric, type MetricOptions } from 'aws-cdk-lib/aws-cloudwatch';

/** Namespace of the metrics of all pipelines; their dimension is `Pipeline`. */
export const METRIC_NAMESPACE = 'ModelPipeline';

/**
 * An hourly metric of a pipeline's monitor. Only the maximum of an hour has a meaning, since each is
 * published once an hour.
 */
export function pipelineMetric(
  pipelineName: string,
  metricName: string,
  options: MetricOptions = {},
): Metric {
  return new Metric({
    namespace: METRIC_NAMESPACE,
    metricName,
    dimensionsMap: { Pipeline: pipelineName },
    statistic: 'Maximum',
    period: Duration.hours(1),
    ...options,
  });
}
