import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { PipelineContext } from '../runtime/pipeline-context';
import { explainAlarm } from './alarm-runbook';

/** Share of the concurrency. */
const NEARLY_ALL = 0.8;
/** A pipeline's first version is there, and each that takes its place. */
const ONLY_VARIANT = 'blue';

/**
 * A serverless endpoint is about to throttle requests: SageMaker has no metric of those that it throttled.
 *
 * @param maxConcurrency of the endpoint; with 1 each request is all of it, and there is no alarm
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/serverless-endpoints-monitoring.html
 */
export function concurrencyAlarm(
  scope: Construct,
  { pipelineName, endpointName }: PipelineContext,
  maxConcurrency: number,
): Alarm | undefined {
  if (maxConcurrency === 1) return undefined;
  const alarm = new Alarm(scope, 'ConcurrencyAlarm', {
    alarmDescription: `${pipelineName}: requests take ${NEARLY_ALL * 100} % of the endpoint's concurrency of ${maxConcurrency}, and those beyond it are throttled; increase maxConcurrency`,
    metric: new Metric({
      namespace: 'AWS/SageMaker',
      metricName: 'ServerlessConcurrentExecutionsUtilization',
      dimensionsMap: { EndpointName: endpointName, VariantName: ONLY_VARIANT },
      statistic: 'Average',
      period: Duration.minutes(1),
    }),
    threshold: NEARLY_ALL,
    comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
    evaluationPeriods: 5,
    datapointsToAlarm: 3,
    treatMissingData: TreatMissingData.NOT_BREACHING,
  });
  return explainAlarm(alarm, 'concurrency');
}
