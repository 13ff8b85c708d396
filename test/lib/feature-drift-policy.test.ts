import { App, Stack } from 'aws-cdk-lib';
import { ColumnType, DataSchema, DriftDistance, type FeatureDriftPolicy } from '../../lib';
import { driftPlan } from '../../lib/monitoring/drift-plan';
import { knownColumns } from '../../lib/retraining/training-data';

const COLUMNS = knownColumns({
  label: 'late',
  ignoredColumns: ['id'],
  schema: DataSchema.of({ columns: { carrier: { type: ColumnType.CATEGORY } } }),
});

const planOf = (featurePolicies: Record<string, FeatureDriftPolicy>) =>
  driftPlan(new Stack(new App(), 'Shop'), { featurePolicies }, COLUMNS);

test('policies of features reach the monitor', () => {
  const policies = {
    distance: { distance: DriftDistance.WASSERSTEIN, minimumDistance: 1.5 },
    carrier: { importance: 0.2 },
  };
  expect(planOf(policies).policy).toEqual({ minimumDistance: 0.05, features: policies });
  expect(planOf({}).policy).toEqual({ minimumDistance: 0.05 });
});

test.each<[Record<string, FeatureDriftPolicy>, string]>([
  [{ late: {} }, "monitoring.featurePolicies['late'] must be of a feature, but the model does not get it"],
  [{ id: {} }, "monitoring.featurePolicies['id'] must be of a feature"],
  [
    { carrier: { distance: DriftDistance.WASSERSTEIN } },
    "monitoring.featurePolicies['carrier'].distance must be one of categories, which data.schema declares it",
  ],
  [{ age: { minimumDistance: 1 } }, 'minimumDistance must be at least 0 and below 1, got 1'],
  [
    { age: { distance: DriftDistance.POPULATION_STABILITY_INDEX, minimumDistance: -1 } },
    'minimumDistance must be at least 0, got -1',
  ],
  [{ age: { importance: 1.1 } }, 'importance must be 0 to 1, got 1.1'],
])('a policy that cannot hold is refused: %j', (policies, message) => {
  expect(() => planOf(policies)).toThrow(message);
});
