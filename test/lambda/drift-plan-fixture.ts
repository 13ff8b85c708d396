import type { DriftPlan } from '../../lambda/monitor-model/compare-traffic';

/** A plan with one comparison of hours with the training data. */
export function planOfHours(hours = 1, maximumHours = 24): DriftPlan {
  return {
    comparisons: [{ window: { hours, maximumHours }, reference: { is: 'trainingData' } }],
    expectedFalseAlarmsPerYear: 1,
    policy: {},
    ignoredFeatures: [],
  };
}
