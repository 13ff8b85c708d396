import { categoryBucket } from '../data/other-categories';
import type { CategoricalProfile, DatasetProfile, FeatureProfile, NumericProfile } from '../data/profile';
import { hasBuckets, rowsOf } from '../data/profile';
import { chiSquaredSurvival, kolmogorovSurvival } from '../statistics/special-functions';
import { type DriftChange, largestChange } from './drift-change';

/** When a feature counts as drifted. */
export interface DriftPolicy {
  /**
   * Probability of any false alarm among all features of one comparison. There is one every hour: by default
   * 1 % is spent over those of a day (Boole's inequality).
   */
  readonly alpha: number;
  /**
   * Least distance between the distributions that is worth an alarm, whatever its significance: with a
   * million rows every difference is significant. Both tests measure distance as the largest difference
   * between probabilities, from 0 to 1. 0.05 is the shift of a normal feature by 1/8 standard deviation.
   */
  readonly minimumDistance: number;
  /** Rows that baseline and window need each; below it there is no verdict. */
  readonly minimumRows: number;
}

export const DEFAULT_DRIFT_POLICY: DriftPolicy = {
  alpha: 0.01 / 24,
  minimumDistance: 0.05,
  minimumRows: 100,
};

/** `insufficient-rows` is neither a pass nor an alarm. */
export type DriftStatus = 'drift' | 'stable' | 'insufficient-rows';

/** The outcome of one test, before any correction. */
export interface TwoSampleTest {
  readonly test: 'kolmogorov-smirnov' | 'chi-squared';
  /** D of Kolmogorov-Smirnov; the chi-squared statistic. */
  readonly statistic: number;
  /** D of Kolmogorov-Smirnov; the total variation distance of the categories. */
  readonly distance: number;
  readonly pValue: number;
}

export interface FeatureDrift extends Partial<TwoSampleTest> {
  readonly feature: string;
  readonly status: DriftStatus;
  /** Rows of the window, missing values included. */
  readonly rows: number;
  /** The p-value after Holm's correction for the number of features; compare this one with alpha. */
  readonly adjustedPValue?: number;
  /** What has changed most, if it has drifted. */
  readonly change?: DriftChange;
}

export interface DriftReport {
  /** `drift` if any feature drifted, else `insufficient-rows` if any could not be tested, else `stable`. */
  readonly status: DriftStatus;
  /** Names of the drifted features, the farthest first. */
  readonly drifted: readonly string[];
  /** Rows of the window. */
  readonly rows: number;
  /** The features in the baseline's order, then the predictions as `prediction`. */
  readonly features: readonly FeatureDrift[];
}

/**
 * Compares a window with the baseline of its model, feature by feature and prediction by prediction, and
 * bounds the probability of any false alarm in the whole comparison.
 *
 * @param policy defaults to {@link DEFAULT_DRIFT_POLICY}, field by field
 * @throws Error if the profiles do not have the same features and bins
 */
export function detectDrift(
  baseline: DatasetProfile,
  window: DatasetProfile,
  policy: Partial<DriftPolicy> = {},
): DriftReport {
  const { alpha, minimumDistance, minimumRows } = { ...DEFAULT_DRIFT_POLICY, ...policy };
  const current = new Map(profilesOf(window));
  const untested = profilesOf(baseline).map(([feature, before]) => {
    const after = current.get(feature);
    if (!after) throw new Error(`'${feature}' of the baseline is absent from the window's profile`);
    const rows = rowsOf(after);
    const sufficient = Math.min(rows, rowsOf(before)) >= Math.max(1, minimumRows);
    const test = sufficient ? compareProfiles(feature, before, after) : undefined;
    return { feature, rows, test, change: () => largestChange(before, after) };
  });
  const adjusted = holm(untested.flatMap(({ test }) => (test ? [test.pValue] : [])));
  let tested = 0;
  const features = untested.map(({ feature, rows, test, change }): FeatureDrift => {
    if (!test) return { feature, status: 'insufficient-rows', rows };
    const adjustedPValue = adjusted[tested++] as number;
    const drifted = adjustedPValue <= alpha && test.distance >= minimumDistance;
    if (!drifted) return { feature, status: 'stable', rows, ...test, adjustedPValue };
    const largest = change();
    return { feature, status: 'drift', rows, ...test, adjustedPValue, ...(largest && { change: largest }) };
  });
  const drifted = features
    .filter(({ status }) => status === 'drift')
    .sort((a, b) => (b.distance ?? 0) - (a.distance ?? 0))
    .map(({ feature }) => feature);
  const complete = features.length > 0 && features.every(({ status }) => status !== 'insufficient-rows');
  const otherwise = complete ? 'stable' : 'insufficient-rows';
  return { status: drifted.length > 0 ? 'drift' : otherwise, drifted, rows: window.rows, features };
}

/**
 * The two-sample Kolmogorov-Smirnov test on profiles with the same bins. Missing values count as below all
 * others, so a change in their share is found like any other. D is exact for a baseline of up to 511 distinct
 * values; else it is at most the mass of one bin, about 1/1022, too small.
 *
 * D = max |F - G|, p = P(K > D sqrt(nm / (n + m))), K of the Kolmogorov distribution: N. V. Smirnov, Bulletin
 * Mathematique de l'Universite de Moscou 2 (1939). Values that repeat make the p-value too large, never too
 * small.
 */
export function kolmogorovSmirnov(a: NumericProfile, b: NumericProfile): TwoSampleTest {
  const [n, m] = [rowsOf(a), rowsOf(b)];
  let below = [a.missing, b.missing] as const;
  let distance = Math.abs(below[0] / n - below[1] / m);
  for (let i = 0; i < a.counts.length; i++) {
    below = [below[0] + (a.counts[i] as number), below[1] + (b.counts[i] as number)];
    distance = Math.max(distance, Math.abs(below[0] / n - below[1] / m));
  }
  const pValue = kolmogorovSurvival(distance * Math.sqrt((n * m) / (n + m)));
  return { test: 'kolmogorov-smirnov', statistic: distance, distance, pValue };
}

/**
 * Pearson's chi-squared test of homogeneity on the union of the categories of both profiles; missing values
 * are a category of their own. Categories with an expected count below 5 in either window are pooled (W. G.
 * Cochran, Biometrics 10 (1954), p. 417), by the hash of their names into pools of an expected count of about
 * 10 or more. Which categories are pooled, and where, depends on the counts of both windows together alone:
 * given those the windows are exchangeable without drift, so that pooling does not favour one of them. The
 * distance is half the sum of |p - q| over what is compared.
 */
export function chiSquared(a: CategoricalProfile, b: CategoricalProfile): TwoSampleTest {
  const [n, m] = [rowsOf(a), rowsOf(b)];
  const cells = poolRare(unionOf(a, b), Math.min(n, m) / (n + m));
  const distance = cells.reduce((sum, [x, y]) => sum + Math.abs(x / n - y / m), 0) / 2;
  const statistic = cells.reduce((sum, [x, y]) => {
    const expected = ((x + y) * n) / (n + m);
    const deviation = (x - expected) ** 2;
    return sum + deviation / expected + deviation / (x + y - expected);
  }, 0);
  const pValue = cells.length < 2 ? 1 : chiSquaredSurvival(statistic, cells.length - 1);
  return { test: 'chi-squared', statistic, distance, pValue };
}

/**
 * Holm's step-down adjustment: reject where the adjusted p-value is at most alpha, and the probability of any
 * false rejection is at most alpha (S. Holm, Scandinavian Journal of Statistics 6 (1979), p. 65).
 */
export function holm(pValues: readonly number[]): number[] {
  const order = pValues.map((_, i) => i).sort((i, j) => (pValues[i] as number) - (pValues[j] as number));
  const adjusted = new Array<number>(pValues.length);
  let largest = 0;
  order.forEach((index, rank) => {
    largest = Math.max(largest, Math.min(1, (pValues.length - rank) * (pValues[index] as number)));
    adjusted[index] = largest;
  });
  return adjusted;
}

function profilesOf(profile: DatasetProfile): [string, FeatureProfile][] {
  const features = Object.entries(profile.features);
  return profile.prediction ? [...features, ['prediction', profile.prediction]] : features;
}

function compareProfiles(feature: string, a: FeatureProfile, b: FeatureProfile): TwoSampleTest {
  if (a.kind === 'numeric' && b.kind === 'numeric' && sameBins(a.edges, b.edges)) {
    return kolmogorovSmirnov(a, b);
  }
  if (a.kind === 'categorical' && b.kind === 'categorical' && sameBins(a.categories, b.categories)) {
    return chiSquared(a, b);
  }
  throw new Error(`profiles of '${feature}' have different bins: count the window in its model's baseline`);
}

function sameBins<T>(a: readonly T[], b: readonly T[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** Counts of one category in both windows. */
type Pair = readonly [number, number];

interface Category {
  readonly counts: Pair;
  /** Decides with which others it is pooled if it is rare. */
  readonly bucket: number;
}

function unionOf(a: CategoricalProfile, b: CategoricalProfile): Category[] {
  const listed = a.categories.map((category, i): Category => {
    return { counts: [a.counts[i] as number, b.counts[i] as number], bucket: categoryBucket(category) };
  });
  const missing: Category = { counts: [a.missing, b.missing], bucket: 0 };
  // A profile of an older package does not tell its other categories apart.
  if (!hasBuckets(a) || !hasBuckets(b)) {
    return [...listed, { counts: [a.other, b.other], bucket: 0 }, missing];
  }
  const [ofA, ofB] = [a.otherBuckets ?? {}, b.otherBuckets ?? {}];
  const others = [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])].map((bucket): Category => {
    return { counts: [ofA[bucket] ?? 0, ofB[bucket] ?? 0], bucket: Number(bucket) };
  });
  return [...listed, ...others, missing];
}

/** @param smallerShare of the smaller window among the rows of both */
function poolRare(categories: readonly Category[], smallerShare: number): Pair[] {
  const expected = ([x, y]: Pair) => (x + y) * smallerShare;
  const isRare = (pair: Pair) => expected(pair) < LEAST_EXPECTED;
  const present = categories.filter(({ counts: [x, y] }) => x + y > 0);
  const rare = present.filter(({ counts }) => isRare(counts));
  const pools = poolsOf(rare, expected(sumOf(rare.map(({ counts }) => counts))));
  const cells = present.flatMap(({ counts }) => (isRare(counts) ? [] : [counts]));
  const rest = sumOf(pools.filter(isRare));
  const common = [...cells, ...pools.filter((pool) => !isRare(pool))];
  if (rest[0] + rest[1] === 0) return common;
  if (common.length === 0) return [rest];
  // What is left is rare itself: it joins the least frequent of the others.
  const [least, ...others] = common.sort((p, q) => expected(p) - expected(q));
  return [sumOf([least as Pair, rest]), ...others];
}

const LEAST_EXPECTED = 5;
const EXPECTED_IN_POOL = 10;
const MOST_POOLS = 128;

function poolsOf(rare: readonly Category[], expected: number): Pair[] {
  const exponent = Math.floor(Math.log2(Math.max(1, expected / EXPECTED_IN_POOL)));
  const count = Math.min(MOST_POOLS, 2 ** exponent);
  const pools = Array.from({ length: count }, (): [number, number] => [0, 0]);
  for (const { counts, bucket } of rare) {
    const pool = pools[bucket % count] as [number, number];
    pool[0] += counts[0];
    pool[1] += counts[1];
  }
  return pools.filter(([x, y]) => x + y > 0);
}

function sumOf(pairs: readonly Pair[]): Pair {
  return pairs.reduce<Pair>(([x, y], [u, v]) => [x + u, y + v], [0, 0]);
}
