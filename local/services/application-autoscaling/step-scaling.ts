import type {
  StepAdjustment,
  StepScalingPolicyConfiguration,
} from '@aws-sdk/client-application-auto-scaling';

/**
 * What AWS refuses in the configuration of a step scaling policy; undefined if nothing.
 *
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepScalingPolicyConfiguration.html
 * @see https://docs.aws.amazon.com/autoscaling/application/APIReference/API_StepAdjustment.html
 */
export function stepScalingProblem(configuration: StepScalingPolicyConfiguration = {}): string | undefined {
  const { AdjustmentType, StepAdjustments: steps = [], MinAdjustmentMagnitude } = configuration;
  if (AdjustmentType === undefined) return 'AdjustmentType must be specified for a step scaling policy';
  if (steps.length === 0) return 'At least one step adjustment must be specified for a step scaling policy';
  if (MinAdjustmentMagnitude !== undefined && AdjustmentType !== 'PercentChangeInCapacity')
    return 'MinAdjustmentMagnitude needs the adjustment type PercentChangeInCapacity';
  if (AdjustmentType === 'ExactCapacity' && steps.some(({ ScalingAdjustment = 0 }) => ScalingAdjustment < 0))
    return 'A step of ExactCapacity must not be negative';
  return intervalProblem(steps);
}

function intervalProblem(steps: readonly StepAdjustment[]): string | undefined {
  const intervals = steps
    .map(({ MetricIntervalLowerBound: lower, MetricIntervalUpperBound: upper }) => ({
      lower: lower ?? Number.NEGATIVE_INFINITY,
      upper: upper ?? Number.POSITIVE_INFINITY,
    }))
    .sort((a, b) => a.lower - b.lower);
  const [first, last] = [intervals[0], intervals.at(-1)];
  if (intervals.some(({ lower, upper }) => lower === -upper && !Number.isFinite(lower)))
    return 'The lower and the upper bound of a step must not both be left out';
  if (intervals.some(({ lower, upper }) => lower >= upper))
    return 'The upper bound of a step must be greater than its lower bound';
  if (intervals.some(({ lower }, index) => index > 0 && lower !== intervals[index - 1]?.upper))
    return 'Step adjustment intervals must not overlap, and must not have a gap between them';
  if (first && first.lower < 0 && Number.isFinite(first.lower))
    return 'There must be a step with an unspecified lower bound when there is one with a negative lower bound';
  if (last && last.upper > 0 && Number.isFinite(last.upper))
    return 'There must be a step with an unspecified upper bound when there is one with a positive upper bound';
  return undefined;
}
