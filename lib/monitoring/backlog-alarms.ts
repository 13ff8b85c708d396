import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct } from 'constructs';
import type { RunbookId } from '../../contracts/runbook';
import type { PipelineContext } from '../runtime/pipeline-context';
import type { AsynchronousHosting } from '../serving/endpoint-hosting';
import { explainAlarm } from './alarm-runbook';

/** Requests to an asynchronous endpoint are not answered in time. */
export interface BacklogAlarms {
  readonly backlogAlarm: Alarm;
  readonly requestAgeAlarm: Alarm;
}

/**
 * Both metrics have the dimension `EndpointName` alone.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-monitor.html
 */
export function backlogAlarms(
  scope: Construct,
  { pipelineName, endpointName }: PipelineContext,
  { maximumBacklog, maximumRequestAgeSeconds }: AsynchronousHosting['alarms'],
): BacklogAlarms {
  const alarm = (id: string, metricName: string, threshold: number, problem: string, section: RunbookId) => {
    const made = new Alarm(scope, id, {
      alarmDescription: `${pipelineName}: ${problem}; increase maxCapacity, or hosting.instanceCount`,
      metric: new Metric({
        namespace: 'AWS/SageMaker',
        metricName,
        dimensionsMap: { EndpointName: endpointName },
        statistic: 'Maximum',
        period: Duration.minutes(1),
      }),
      threshold,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
    return explainAlarm(made, section);
  };
  return {
    backlogAlarm: alarm(
      'BacklogAlarm',
      'ApproximateBacklogSize',
      maximumBacklog,
      `more than ${maximumBacklog} requests wait for the endpoint`,
      'backlog',
    ),
    requestAgeAlarm: alarm(
      'RequestAgeAlarm',
      'ApproximateAgeOfOldestRequest',
      maximumRequestAgeSeconds,
      `a request has waited for more than ${maximumRequestAgeSeconds} seconds`,
      'requestAge',
    ),
  };
}
