import { quantileEdges } from '../../../../lambda/domain/data/bins';
import {
  type CategoricalProfile,
  type NumericProfile,
  profileNumbers,
} from '../../../../lambda/domain/data/profile';
import { distancesBetween } from '../../../../lambda/domain/traffic/distances';
import reference from '../../../reference/distances.json';
import { expectRelative } from '../statistics/relative';

const categorical = (counts: readonly number[]): CategoricalProfile => ({
  kind: 'categorical',
  categories: counts.map((_, i) => `c${i}`),
  counts,
  other: 0,
  missing: 0,
});

function numbers(baseline: readonly number[], window: readonly number[]): [NumericProfile, NumericProfile] {
  const edges = quantileEdges(baseline);
  return [profileNumbers(baseline, edges), profileNumbers(window, edges)];
}

test.each(reference.parts)(
  'of categories, they are those of Evidently, scipy and NannyML: $name',
  ({ baseline, window, ...expected }) => {
    const found = distancesBetween(categorical(baseline), categorical(window));
    expect(found.populationStabilityIndex).toBeCloseTo(expected.populationStabilityIndex, 12);
    expect(found.jensenShannon).toBeCloseTo(expected.jensenShannon, 7);
    expect(found.hellinger).toBeCloseTo(expected.hellinger, 7);
    expect(found).not.toHaveProperty('wasserstein');
  },
);

test.each(reference.numbers)(
  'of up to 511 different numbers, the Wasserstein distance is that of scipy: $name',
  ({ baseline, window, wasserstein }) => {
    // Numbers of the window between those of the baseline are spread over their bin.
    const isBetween = window.some((value) => !baseline.includes(value));
    const found = distancesBetween(...numbers(baseline, window)).wasserstein as number;
    expect(found).toBeCloseTo(wasserstein, isBetween ? 2 : 12);
  },
);

describe('of more numbers than bins', () => {
  const grid = Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 20_011) / 20_011);
  const logistic = grid.map((v) => Math.log((v + 1e-5) / (1 - v + 1e-5)));
  const window = (values: readonly number[], map: (value: number) => number) =>
    values.slice(0, 15_000).map(map);

  test.each<[string, [NumericProfile, NumericProfile]]>([
    [
      'uniform, to the power of 1.2',
      numbers(
        grid,
        window(grid, (v) => v ** 1.2),
      ),
    ],
    [
      'logistic, half a unit up',
      numbers(
        logistic,
        window(logistic, (v) => v + 0.5),
      ),
    ],
    [
      'logistic, twice as wide',
      numbers(
        logistic,
        window(logistic, (v) => v * 2),
      ),
    ],
  ])(
    "they are scipy's on tenths and within the extremes, but for the width of bins: %s",
    (name, profiles) => {
      const expected = reference.large.find((one) => one.name === name);
      if (!expected) throw new Error(`no reference for ${name}`);
      const found = distancesBetween(...profiles);
      expectRelative(found.populationStabilityIndex, expected.populationStabilityIndex, 0.01);
      expectRelative(found.jensenShannon, expected.jensenShannon, 0.005);
      expectRelative(found.hellinger, expected.hellinger, 0.005);
      // The outermost bins, of a thousandth each, are the widest: of the tails of the last one.
      expectRelative(found.wasserstein as number, expected.wasserstein, 0.02);
    },
  );
});

test('a feature without a spread has no Wasserstein distance', () => {
  const found = distancesBetween(...numbers(Array(200).fill(5), Array(100).fill(6)));
  expect(found).not.toHaveProperty('wasserstein');
  expect(found.jensenShannon).toBeCloseTo(1, 12);
});

test.each<[string, readonly number[], readonly number[]]>([
  ['no numbers before', [], [1, 2, 3]],
  ['no numbers after', [1, 2, 3], [Number.NaN]],
  ['the largest numbers', [-1e308, 0, 1e308], [1e308, 1e308]],
  ['infinite numbers', [0, 1], [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]],
])('a distance that is none is left out: %s', (_, before, after) => {
  const profiles = numbers(before.concat(Number.NaN), after);
  for (const distance of Object.values(distancesBetween(...profiles))) {
    expect(distance).toBeGreaterThanOrEqual(0);
    expect(Number.isFinite(distance)).toBe(true);
  }
});

test('missing values are a part of their own, and none of the Wasserstein distance', () => {
  const profiles = numbers([1, 2, 3, 4], [1, 2, 3, 4, Number.NaN, Number.NaN, Number.NaN, Number.NaN]);
  const { hellinger, wasserstein } = distancesBetween(...profiles);
  // Four parts of 1/4 that become 1/8, and one of 0 that becomes 1/2: H^2 = 1 - 4 sqrt(1/32) = .2929.
  expect(hellinger).toBeCloseTo(Math.sqrt(1 - 4 * Math.sqrt(1 / 32)), 12);
  expect(wasserstein).toBe(0);
});
