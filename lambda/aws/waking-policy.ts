import {
  type ApplicationAutoScalingClient,
  PutScalingPolicyCommand,
} from '@aws-sdk/client-application-auto-scaling';
import {
  type CloudWatchClient,
  DeleteAlarmsCommand,
  PutMetricAlarmCommand,
  ResourceNotFound,
} from '@aws-sdk/client-cloudwatch';
import type { VariantName } from '../../contracts/routing';
import { scalableTarget } from './scaling-targets';

export interface WakingPolicyProps {
  readonly endpointName: string;
  /** Alarm on requests that no instance is there for. */
  readonly alarmName: string;
  readonly autoScaling: ApplicationAutoScalingClient;
  readonly cloudWatch: CloudWatchClient;
}

/**
 * Has an asynchronous endpoint without instances start one as soon as a request waits. By target tracking
 * alone, it does not before more than the target wait. The alarm takes two minutes.
 *
 * @see https://docs.aws.amazon.com/sagemaker/latest/dg/async-inference-autoscale.html ("Optional: Define a scaling
 * policy that scales up from zero for new requests")
 */
export async function putWakingPolicy(variant: VariantName, props: WakingPolicyProps): Promise<void> {
  const { endpointName, alarmName, autoScaling, cloudWatch } = props;
  const { PolicyARN = '' } = await autoScaling.send(
    new PutScalingPolicyCommand({
      ...scalableTarget(endpointName, variant),
      PolicyName: `${endpointName}-first-instance`,
      PolicyType: 'StepScaling',
      StepScalingPolicyConfiguration: {
        AdjustmentType: 'ChangeInCapacity',
        MetricAggregationType: 'Average',
        Cooldown: 300,
        StepAdjustments: [{ MetricIntervalLowerBound: 0, ScalingAdjustment: 1 }],
      },
    }),
  );
  await cloudWatch.send(
    new PutMetricAlarmCommand({
      AlarmName: alarmName,
      AlarmDescription: `Starts an instance of ${endpointName} for requests that wait while it has none`,
      Namespace: 'AWS/SageMaker',
      MetricName: 'HasBacklogWithoutCapacity',
      Dimensions: [{ Name: 'EndpointName', Value: endpointName }],
      Statistic: 'Average',
      Period: 60,
      EvaluationPeriods: 2,
      DatapointsToAlarm: 2,
      Threshold: 1,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: 'missing',
      AlarmActions: [PolicyARN],
    }),
  );
}

/**
 * Deletes the alarm of a policy that is gone with its variant's scaling; one that is gone already is no
 * error.
 */
export async function deleteWakingAlarm(alarmName: string, cloudWatch: CloudWatchClient): Promise<void> {
  await cloudWatch.send(new DeleteAlarmsCommand({ AlarmNames: [alarmName] })).catch((error: unknown) => {
    if (!(error instanceof ResourceNotFound)) throw error;
  });
}
