import type { BatchScoring } from '../challenger/batch-scoring';
import type { Training } from '../retraining/training';
import type { EndpointHosting } from '../serving/endpoint-hosting';

/** Instances of one type that a pipeline has for one use at a time. */
export interface InstanceNeed {
  /** As the name of the quota of SageMaker says it: `<type> for <use> usage`. */
  readonly use: 'endpoint' | 'training job' | 'spot training job' | 'transform job';
  readonly type: string;
  readonly count: number;
}

/**
 * The instances that an endpoint has, apart from what releases need for a while.
 *
 * @param hosting undefined where a function serves alone
 * @see https://docs.aws.amazon.com/general/latest/gr/sagemaker.html#limits_sagemaker for the quotas
 */
export function endpointNeeds(hosting: EndpointHosting | undefined): InstanceNeed[] {
  if (!hosting || hosting.kind === 'serverless') return [];
  const count = hosting.scaling?.maxCapacity ?? hosting.instanceCount;
  return [{ use: 'endpoint', type: hosting.instanceType, count }];
}

/** The instances that training jobs have. */
export function trainingNeeds(training: Training): InstanceNeed[] {
  return [
    {
      use: training.maximumWait ? 'spot training job' : 'training job',
      type: training.instanceType,
      count: training.instanceCount * (training.tuning?.parallelTrainings ?? 1),
    },
  ];
}

/** The instances that score challengers. */
export function scoringNeeds(batchScoring: BatchScoring): InstanceNeed[] {
  // Challenger and champion are scored one after the other.
  return [{ use: 'transform job', type: batchScoring.instanceType, count: 1 }];
}
