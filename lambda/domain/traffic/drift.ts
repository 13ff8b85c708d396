import { type DatasetProfile, type FeatureProfile, rowsOf } from '../data/profile';
import { chiSquared } from './chi-squared';
import { type Distances, distancesBetween } from './distances';
import { type DriftChange, largestChange } from './drift-change';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';
import type { TwoSampleTest } from './two-sample-test';

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

export interface FeatureDrift extends Partial<TwoSampleTest> {
  readonly feature: string;
  readonly status: DriftStatus;
  /** Rows of the window, missing values included. */
  readonly rows: number;
  /** Other distances than that of the test. */
  readonly distances?: Distances;
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
    return { feature, rows, test, before, after };
  });
  const adjusted = holm(untested.flatMap(({ test }) => (test ? [test.pValue] : [])));
  let tested = 0;
  const features = untested.map(({ feature, rows, test, before, after }): FeatureDrift => {
    if (!test) return { feature, status: 'insufficient-rows', rows };
    const adjustedPValue = adjusted[tested++] as number;
    const drifted = adjustedPValue <= alpha && test.distance >= minimumDistance;
    const measured = { rows, ...test, distances: distancesBetween(before, after), adjustedPValue };
    if (!drifted) return { feature, status: 'stable', ...measured };
    const change = largestChange(before, after);
    return { feature, status: 'drift', ...measured, ...(change && { change }) };
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
