import { binOf, quantileEdges } from '../../../../lambda/domain/data/bins';
import {
  baselineProfile,
  type CategoricalProfile,
  type DatasetProfile,
  profileCategories,
  profileNumbers,
  profileRows,
} from '../../../../lambda/domain/data/profile';
import { SeededRandom } from '../../../../lambda/domain/statistics/seeded-random';
import { chiSquared } from '../../../../lambda/domain/traffic/chi-squared';
import { detectDrift } from '../../../../lambda/domain/traffic/drift';
import { kolmogorovSmirnov } from '../../../../lambda/domain/traffic/kolmogorov-smirnov';
import reference from '../../../reference/drift.json';
import { expectRelative } from '../statistics/relative';

const cellsOf = (values: readonly (number | null)[]) => values.map((value) => value ?? Number.NaN);

const categorical = (counts: readonly number[]): CategoricalProfile => ({
  kind: 'categorical',
  categories: counts.map((_, i) => `c${i}`),
  counts,
  other: 0,
  missing: 0,
});

// Uniform numbers by the linear congruential generator of "Numerical Recipes".
function uniform(seed: number, n: number): number[] {
  let state = seed;
  return Array.from({ length: n }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  });
}

const baselineOf = (columns: Record<string, number[]>): DatasetProfile =>
  baselineProfile(Object.entries(columns).map(([name, cells]) => ({ name, kind: 'numeric', cells })));

const windowOf = (baseline: DatasetProfile, columns: Record<string, number[]>): DatasetProfile => {
  const names = Object.keys(columns);
  const rows = (columns[names[0] as string] as number[]).map((_, i) => ({
    cells: names.map((name) => columns[name]?.[i] as number),
  }));
  return profileRows(baseline, names, rows);
};

/** Draws of one of so many categories, the k-th with a probability of 1 / k^power. */
function zipf(count: number, power: number, random: SeededRandom): () => string {
  let sum = 0;
  const ends = Array.from({ length: count }, (_, index) => {
    sum += (index + 1) ** -power;
    return sum;
  });
  return () => `k${binOf((random.below(2 ** 30) / 2 ** 30) * sum, ends)}`;
}

describe('Kolmogorov-Smirnov', () => {
  test.each(reference.kolmogorovSmirnov)(
    'agrees with scipy: $name',
    ({ baseline, window, statistic, pValue }) => {
      const edges = quantileEdges(cellsOf(baseline));
      const result = kolmogorovSmirnov(
        profileNumbers(cellsOf(baseline), edges),
        profileNumbers(cellsOf(window), edges),
      );
      expect(result.statistic).toBeCloseTo(statistic, 12);
      expectRelative(result.pValue, pValue, 1e-9);
    },
  );

  test('misses at most the mass of a bin when there are more values than bins', () => {
    const grid = Array.from({ length: 20_000 }, (_, i) => ((i * 7919) % 20_011) / 20_011);
    const moved = grid.slice(0, 15_000).map((v) => v ** 1.2);
    const edges = quantileEdges(grid);
    const { statistic } = kolmogorovSmirnov(profileNumbers(grid, edges), profileNumbers(moved, edges));
    expect(statistic).toBeLessThanOrEqual(reference.kolmogorovSmirnovLarge.statistic + 1e-12);
    expect(statistic).toBeGreaterThan(reference.kolmogorovSmirnovLarge.statistic - 1 / 1022);
  });
});

describe('chi-squared', () => {
  test.each(reference.chiSquared)(
    'agrees with scipy: $baseline, $window',
    ({ baseline, window, ...expected }) => {
      const result = chiSquared(categorical(baseline), categorical(window));
      expect(result.statistic).toBeCloseTo(expected.statistic, 10);
      expectRelative(result.pValue, expected.pValue, 1e-9);
    },
  );

  test('pools rare categories, so that their noise is no alarm', () => {
    const pooled = chiSquared(categorical([500, 500, 1, 1, 1, 2, 2]), categorical([500, 500, 2, 2, 2, 1, 1]));
    const byHand = chiSquared(categorical([500, 500, 7]), categorical([500, 500, 8]));
    expect(pooled.statistic).toBeCloseTo(byHand.statistic, 12);
    expect(pooled.pValue).toBeCloseTo(byHand.pValue, 12);
  });

  test('a category that the baseline never had counts', () => {
    const window = { ...categorical([50, 50]), other: 100 };
    expect(chiSquared(categorical([100, 100]), window)).toMatchObject({ distance: 0.5 });
    expect(chiSquared(categorical([100, 100]), window).pValue).toBeLessThan(1e-20);
  });

  test('agrees with scipy on the union of the categories', () => {
    // chi2_contingency([[300, 200, 0], [250, 190, 60]], correction=False) of scipy 1.15.3
    const baseline = profileCategories([...Array(300).fill('a'), ...Array(200).fill('b')], ['a', 'b']);
    const cells = [...Array(250).fill('a'), ...Array(190).fill('b'), ...Array(60).fill('new')];
    const result = chiSquared(baseline, profileCategories(cells, ['a', 'b']));
    expect(result.statistic).toBeCloseTo(64.80186480186481, 10);
    expectRelative(result.pValue, 8.481132530219228e-15, 1e-9);
  });

  test.each([
    ['10, uniform', 10, 0, 2000, 500],
    ['100, most of them rare', 100, 0, 300, 300],
    ['1,000, by the law of Zipf', 1000, 1, 2000, 500],
    ['5,000, more than a profile lists', 5000, 0, 8000, 500],
  ])('categories alike in both windows are drift as often as alpha says: %s', (_, count, power, n, m) => {
    const random = new SeededRandom(count);
    const draw = zipf(count, power, random);
    const runs = 60;
    let [below, above] = [0, 0];
    for (let run = 0; run < runs; run++) {
      const cells = Array.from({ length: n }, draw);
      const baseline = baselineProfile([{ name: 'c', kind: 'categorical', cells }]);
      const rows = Array.from({ length: m }, () => ({ cells: [draw()] }));
      const { c } = profileRows(baseline, ['c'], rows).features;
      const { pValue } = chiSquared(baseline.features.c as CategoricalProfile, c as CategoricalProfile);
      if (pValue <= 0.1) below++;
      if (pValue > 0.5) above++;
    }
    // 6 and 30 of 60 are expected: a binomial exceeds 15 once in 4,900, and stays below 15 once in 47,000.
    expect(below).toBeLessThanOrEqual(15);
    expect(above).toBeGreaterThanOrEqual(15);
  });

  test('a category of thousands of values is found to have moved', () => {
    const random = new SeededRandom(7);
    const cells = Array.from({ length: 20_000 }, zipf(5000, 1, random));
    const baseline = baselineProfile([{ name: 'c', kind: 'categorical', cells }]);
    const draw = zipf(5000, 1.3, random);
    const window = profileRows(
      baseline,
      ['c'],
      Array.from({ length: 1000 }, () => ({ cells: [draw()] })),
    );
    expect(detectDrift(baseline, window).drifted).toEqual(['c']);
  });

  test('a single category that stays is no drift', () => {
    expect(chiSquared(categorical([100]), categorical([300]))).toMatchObject({ statistic: 0, pValue: 1 });
  });
});

describe('drift of a window', () => {
  const baseline = baselineOf({ a: uniform(1, 5000), b: uniform(2, 5000) });

  test('the drifted feature is named and the others are stable', () => {
    const window = windowOf(baseline, { a: uniform(3, 2000), b: uniform(4, 2000).map((v) => v + 0.2) });
    const report = detectDrift(baseline, window);
    expect(report).toMatchObject({ status: 'drift', drifted: ['b'], rows: 2000 });
    expect(report.features.map(({ status }) => status)).toEqual(['stable', 'drift']);
  });

  test('more rows of the same are stable', () => {
    const window = windowOf(baseline, { a: uniform(5, 2000), b: uniform(6, 2000) });
    expect(detectDrift(baseline, window)).toMatchObject({ status: 'stable', drifted: [] });
  });

  test('a significant difference below the floor is no alarm', () => {
    const large = baselineOf({ a: uniform(7, 200_000) });
    const window = windowOf(large, { a: uniform(8, 200_000).map((v) => v ** 1.04) });
    const report = detectDrift(large, window);
    expect(report.features[0]?.adjustedPValue).toBeLessThan(1e-6);
    expect(report.status).toBe('stable');
    expect(detectDrift(large, window, { minimumDistance: 0.01 }).status).toBe('drift');
  });

  test.each([0, 1, 99])('%p rows are no verdict, neither pass nor alarm', (rows) => {
    const window = windowOf(baseline, { a: uniform(9, rows).map((v) => v + 9), b: uniform(10, rows) });
    const report = detectDrift(baseline, window);
    expect(report).toMatchObject({ status: 'insufficient-rows', drifted: [], rows });
    expect(report.features.every(({ pValue }) => pValue === undefined)).toBe(true);
  });

  test('a profile of no features is no pass', () => {
    expect(detectDrift(baselineProfile([]), baselineProfile([])).status).toBe('insufficient-rows');
  });

  test('a feature that goes missing drifts', () => {
    const window = windowOf(baseline, { a: uniform(11, 500).map(() => Number.NaN), b: uniform(12, 500) });
    expect(detectDrift(baseline, window).drifted).toEqual(['a']);
  });

  test('predictions are tested like a feature', () => {
    const model = baselineProfile([], uniform(13, 1000));
    const rows = uniform(14, 1000).map((v) => ({ cells: [], prediction: v ** 2 }));
    expect(detectDrift(model, profileRows(model, [], rows)).drifted).toEqual(['prediction']);
  });

  test('false alarms stay within alpha over all features of a healthy window', () => {
    const names = Array.from({ length: 10 }, (_, i) => `f${i}`);
    const columns = (seed: number, n: number) =>
      Object.fromEntries(names.map((name, i) => [name, uniform(seed * 1000 + i * 77, n)]));
    const healthy = baselineOf(columns(1, 2000));
    const runs = 200;
    let alarms = 0;
    for (let run = 2; run < runs + 2; run++) {
      const window = windowOf(healthy, columns(run, 200));
      if (detectDrift(healthy, window, { minimumDistance: 0 }).status === 'drift') alarms++;
    }
    // 1 % of 200 is 2; a binomial of that mean exceeds 8 once in 4,000.
    expect(alarms).toBeLessThanOrEqual(8);
  });

  test('a window that was counted in other bins is refused', () => {
    const other = baselineOf({ a: uniform(15, 500), b: uniform(16, 500) });
    expect(() => detectDrift(baseline, other)).toThrow("profiles of 'a' have different bins");
  });

  test('a window without a feature of the baseline is refused', () => {
    expect(() => detectDrift(baseline, baselineOf({ a: uniform(1, 5000) }))).toThrow("'b' of the baseline");
  });
});
