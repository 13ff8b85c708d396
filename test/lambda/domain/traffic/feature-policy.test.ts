import { baselineProfile, profileRows } from '../../../../lambda/domain/data/profile';
import { distanceInWords, driftInWords } from '../../../../lambda/domain/pages/drift/drift-words';
import { type DriftPolicy, detectDrift } from '../../../../lambda/domain/traffic/drift';
import { type FeaturePolicies, withImportance } from '../../../../lambda/domain/traffic/feature-policy';

const ROWS = 2000;
const spread = Array.from({ length: ROWS }, (_, row) => ((row * 7) % ROWS) / ROWS);

/** Numbers of [0, 1) that move within it, so that only their distribution changes. */
const moved = (power: number) => spread.map((value) => value ** power);

/** Of two features that have moved alike. */
function reportOf(features: FeaturePolicies, policy: Partial<DriftPolicy> = {}, power = 1.5) {
  const columns = ['age', 'load'];
  const baseline = baselineProfile(columns.map((name) => ({ name, kind: 'numeric', cells: spread })));
  const rows = moved(power).map((value) => ({ cells: [value, value] }));
  return detectDrift(baseline, profileRows(baseline, columns, rows), { ...policy, features });
}

test('a feature has a smallest distance of its own, above or below that of the others', () => {
  expect(reportOf({}).drifted).toEqual(['age', 'load']);
  expect(reportOf({ load: { minimumDistance: 0.3 } }).drifted).toEqual(['age']);
  expect(reportOf({ load: { minimumDistance: 0.01 } }, { minimumDistance: 0.3 }).drifted).toEqual(['load']);
});

test('a feature is measured by another distance', () => {
  const { features } = reportOf({});
  const { populationStabilityIndex: psi, wasserstein } = features[0]?.distances ?? {};
  expect(psi).toBeGreaterThan(0.1);
  const drifted = (policy: FeaturePolicies[string]) => reportOf({ age: policy }).drifted.includes('age');
  expect(drifted({ distance: 'populationStabilityIndex' })).toBe(true);
  expect(drifted({ distance: 'populationStabilityIndex', minimumDistance: 0.99 * Number(psi) })).toBe(true);
  expect(drifted({ distance: 'populationStabilityIndex', minimumDistance: 1.01 * Number(psi) })).toBe(false);
  expect(drifted({ distance: 'wasserstein', minimumDistance: 0.99 * Number(wasserstein) })).toBe(true);
  expect(drifted({ distance: 'wasserstein', minimumDistance: 1.01 * Number(wasserstein) })).toBe(false);
});

test('the report says by which measure, and only of features with a policy', () => {
  const { features } = reportOf({ age: { distance: 'wasserstein', importance: 0.5 } });
  expect(features[0]?.effect).toEqual({
    measure: 'wasserstein',
    distance: features[0]?.distances?.wasserstein,
    minimum: 0.1,
    importance: 0.5,
  });
  expect(features[1]).not.toHaveProperty('effect');
  const [age, load] = features.map((feature) => distanceInWords(feature));
  expect(age).toMatch(/^Wasserstein distance 0\.\d+, importance 0.5$/);
  expect(load).toMatch(/^distance 0\.15$/);
});

test('categories have no Wasserstein distance, and count by the largest difference', () => {
  const names = (gold: number) => spread.map((value) => (value < gold ? 'gold' : 'basic'));
  const baseline = baselineProfile([{ name: 'plan', kind: 'categorical', cells: names(0.3) }]);
  const window = profileRows(
    baseline,
    ['plan'],
    names(0.6).map((cell) => ({ cells: [cell] })),
  );
  const report = detectDrift(baseline, window, {
    features: { plan: { distance: 'wasserstein', minimumDistance: 7 } },
  });
  expect(report.features[0]).toMatchObject({
    status: 'drift',
    effect: { measure: 'largestDifference', minimum: 0.05 },
  });
  expect(driftInWords(report.features[0] ?? { feature: '' }, report)).toContain("'gold'");
});

test('a feature on which the model hardly depends needs to move farther, and comes later', () => {
  // D of u ** 1.5 is 0.148.
  expect(reportOf({ load: { importance: 0.3 } }).drifted).toEqual(['age']);
  expect(reportOf({ age: { importance: 0.4 } }).drifted).toEqual(['load', 'age']);
  expect(reportOf({ age: { importance: 0 } }).drifted).toEqual(['load']);
});

test('the share of alpha of a feature is in proportion to its importance', () => {
  const adjusted = (features: FeaturePolicies) =>
    reportOf(features, {}, 1.2).features.map(({ adjustedPValue = 1 }) => adjustedPValue);
  const [age = 1, load = 1] = adjusted({ load: { importance: 0.25 } });
  const [alike = 1] = adjusted({});
  // Of weights 1 and 1/4 the first takes 4/5 of alpha, and the second by Holm's procedure all of it.
  expect(age / alike).toBeCloseTo(1.25 / 2, 6);
  expect(load).toBeGreaterThanOrEqual(age);
});

test('a comparison with a smallest distance of its own needs that, too', () => {
  expect(reportOf({ age: { minimumDistance: 0.01 } }, { floor: 0.2 }).drifted).toEqual([]);
  expect(reportOf({ age: { minimumDistance: 0.01 } }, { floor: 0.1 }).drifted).toEqual(['age', 'load']);
});

test('a version says how important its features are, unless a policy does', () => {
  const policies = withImportance(
    { age: { minimumDistance: 0.2 }, load: { importance: 0.5 } },
    { age: 0.3, load: 0.1, plan: 1 },
  );
  expect(policies).toEqual({
    age: { minimumDistance: 0.2, importance: 0.3 },
    load: { importance: 0.5 },
    plan: { importance: 1 },
  });
});
