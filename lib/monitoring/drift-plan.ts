import type { Construct } from 'constructs';
import type { MonitorModelSettings } from '../../contracts/functions/monitoring';
import { Validation } from '../runtime/validation';
import { DriftComparison } from './drift-comparison';
import { featurePolicies, type KnownColumns } from './feature-drift-policy';
import type { MonitoringProps } from './monitoring-props';

/** What the drift monitor compares, as the function reads it. */
export type DriftPlan = Pick<
  MonitorModelSettings,
  'comparisons' | 'expectedFalseAlarmsPerYear' | 'policy' | 'ignoredFeatures'
>;

const MOST_COMPARISONS = 10;

/**
 * @param columns what is known of the training data
 * @throws Error that lists what is wrong with the props, and where
 */
export function driftPlan(scope: Construct, props: MonitoringProps, columns: KnownColumns = {}): DriftPlan {
  const comparisons = props.driftComparisons ?? DriftComparison.defaults();
  const expectedFalseAlarmsPerYear = props.expectedFalseAlarmsPerYear ?? 1;
  const minimumDistance = props.minimumDriftDistance ?? 0.05;
  const validation = new Validation(scope)
    .check(
      comparisons.length,
      comparisons.length >= 1 && comparisons.length <= MOST_COMPARISONS,
      `monitoring.driftComparisons must be 1 to ${MOST_COMPARISONS} comparisons`,
    )
    .check(
      expectedFalseAlarmsPerYear,
      expectedFalseAlarmsPerYear > 0 && expectedFalseAlarmsPerYear <= 365,
      'monitoring.expectedFalseAlarmsPerYear must be above 0, and at most 365',
    )
    .check(
      minimumDistance,
      minimumDistance >= 0 && minimumDistance < 1,
      'monitoring.minimumDriftDistance must be at least 0 and below 1',
    );
  for (const [index, comparison] of comparisons.entries()) {
    for (const problem of comparison._problems()) {
      validation.add(`monitoring.driftComparisons[${index}]: ${problem}`);
    }
  }
  const features = featurePolicies(props.featurePolicies ?? {}, columns, validation);
  validation.finish();
  return {
    comparisons: comparisons.map((comparison) => comparison._settings()),
    expectedFalseAlarmsPerYear,
    policy: { minimumDistance, ...(features && { features }) },
    ignoredFeatures: props.ignoredFeatures ?? [],
  };
}
