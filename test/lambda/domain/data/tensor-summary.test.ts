import { baselineProfile, profileRows } from '../../../../lambda/domain/data/profile';
import { featuresOfInputs, summaryOf } from '../../../../lambda/domain/data/tensor-summary';
import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';
import { detectDrift } from '../../../../lambda/domain/traffic/drift';
import { tensors } from '../../../reference/tensor-summaries.json';

test.each(Object.entries(tensors))(
  '%s has the measures that NumPy computes',
  (_, { rank, tensor, summary }) => {
    const found = summaryOf(tensor, rank);
    expect(found).toHaveLength(featuresOfInputs([{ name: 'x', rank }]).length);
    for (const [place, value] of summary.entries())
      expect(Math.abs((found[place] as number) - value)).toBeLessThanOrEqual(
        1e-7 * Math.max(1, Math.abs(value)),
      );
  },
);

test('the features of inputs are named after them: of a vector, its size is the number of elements', () => {
  const inputs = [
    { name: 'age', rank: 0 },
    { name: 'pixels', rank: 2 },
    { name: 'words', rank: 1 },
  ];
  const names = featuresOfInputs(inputs).join(' ');
  expect(names).toBe(
    'age pixels.elements pixels.mean pixels.deviation pixels.norm pixels.zeros pixels.nonFinite pixels.size[0] ' +
      'pixels.size[1] words.elements words.mean words.deviation words.norm words.zeros words.nonFinite ' +
      'words.projection[0] words.projection[1] words.projection[2] words.projection[3]',
  );
});

test.each<[string, unknown, number]>([
  ['of other dimensions', [[1, 2]], 1],
  ['that is a number', 3, 1],
  ['that is missing', undefined, 2],
])('a tensor %s has no measures', (_, tensor, rank) => {
  expect(summaryOf(tensor, rank).every(Number.isNaN)).toBe(true);
});

test('equal deviations are equal, whatever the mean', () => {
  const deviations = [0, 0.1, 0.3, 7.7].map(
    (mean) =>
      summaryOf(
        [0, 1, 2, 3].map((value) => value + mean),
        1,
      )[2],
  );
  expect(new Set(deviations)).toEqual(new Set([Math.fround(Math.sqrt(1.25))]));
});

test('an empty tensor has no elements, and no other measures of them', () => {
  expect(summaryOf([], 1)).toEqual([0, Number.NaN, Number.NaN, 0, ...Array(6).fill(Number.NaN)]);
});

test('a list among numbers counts as no finite number', () => {
  expect(summaryOf([1, [2], 3], 1).slice(0, 6)).toEqual([
    3,
    2,
    1,
    ...[Math.sqrt(10), 0, 1 / 3].map(Math.fround),
  ]);
});

test('projections do not depend on the length of a vector, and keep distances on average', () => {
  const random = new SeededRandom(7);
  const vector = () => Array.from({ length: 256 }, () => random.below(1e6) / 1e6 - 0.5);
  const projectionsOf = (one: readonly number[]) => summaryOf(one, 1).slice(6);
  const length = (one: readonly number[]) => Math.hypot(...one);
  const squares = Array.from({ length: 500 }, () => {
    const [a, b] = [vector(), vector()];
    for (const [index, value] of projectionsOf(a.map((one) => 3 * one)).entries())
      expect(value).toBeCloseTo(projectionsOf(a)[index] as number, 6);
    const apart = length(a.map((one, index) => one / length(a) - (b[index] as number) / length(b)));
    const found = length(projectionsOf(a).map((one, index) => one - (projectionsOf(b)[index] as number)));
    return found ** 2 / 4 / apart ** 2;
  });
  expect(squares.reduce((sum, one) => sum + one, 0) / squares.length).toBeCloseTo(1, 1);
});

test('embeddings that point elsewhere drift by their projections, and by nothing else', () => {
  const inputs = [{ name: 'words', rank: 1 }];
  const columns = featuresOfInputs(inputs);
  const random = new SeededRandom(11);
  const center = Array.from({ length: 64 }, () => random.below(1e6) / 1e6 - 0.5);
  const rowsAround = (direction: readonly number[]) =>
    Array.from({ length: 400 }, () => ({
      cells: summaryOf(
        direction.map((one) => one + 0.5 * (random.below(1e6) / 1e6 - 0.5)),
        1,
      ),
    }));
  const baselineRows = rowsAround(center);
  const baseline = baselineProfile(
    columns.map((name, place) => ({
      name,
      kind: 'numeric',
      cells: baselineRows.map(({ cells }) => cells[place] as number),
    })),
  );
  const driftedBy = (direction: readonly number[]) =>
    detectDrift(baseline, profileRows(baseline, columns, rowsAround(direction))).drifted;
  expect(driftedBy(center)).toEqual([]);
  const elsewhere = driftedBy([...center].reverse());
  expect(elsewhere.length).toBeGreaterThan(0);
  expect(elsewhere.every((feature) => feature.startsWith('words.projection'))).toBe(true);
});
