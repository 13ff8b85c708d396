import type { FeatureDriftPolicySettings } from '../../../contracts/feature-drift-policy';
import { predictedClasses } from '../data/predicted-classes';
import { type DatasetProfile, type FeatureProfile, rowsOf, sameBins } from '../data/profile';
import { holm } from '../statistics/holm';
import { CONFIDENCE, ENTROPY, PREDICTION } from './answer-names';
import { chiSquared } from './chi-squared';
import { type Distances, distancesBetween } from './distances';
import { type DriftChange, largestChange } from './drift-change';
import {
  type DriftEffect,
  effectOf,
  type FeaturePolicies,
  leastDifference,
  policyOf,
} from './feature-policy';
import type { Finding, FindingTest } from './findings/finding';
import { findingTests } from './findings/finding-tests';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';
import { textProfiles } from './text-profiles';
import type { TwoSampleTest } from './two-sample-test';

/** When a feature counts as drifted: its distribution has moved, or there is a finding on its values. */
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
   * A finding needs two fifths of it.
   */
  readonly minimumDistance: number;
  /** Rows that baseline and window need each; below it there is no verdict. */
  readonly minimumRows: number;
  /**
   * Largest difference of probabilities that every feature needs, whatever its own policy says: that of a
   * comparison in which small differences are due.
   */
  readonly floor: number;
  /** What else holds for single features. */
  readonly features: FeaturePolicies;
}

export const DEFAULT_DRIFT_POLICY: DriftPolicy = {
  alpha: 0.01 / 24,
  minimumDistance: 0.05,
  minimumRows: 100,
  floor: 0,
  features: {},
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
  /** Of a feature with a policy of its own. */
  readonly effect?: DriftEffect;
  /** The p-value after Holm's correction for all tests of the comparison; compare this one with alpha. */
  readonly adjustedPValue?: number;
  /** What has changed most, if its distribution has drifted. */
  readonly change?: DriftChange;
}

export interface DriftReport {
  /** `drift` if any feature drifted, else `insufficient-rows` if any could not be tested, else `stable`. */
  readonly status: DriftStatus;
  /** Names of the drifted features, the farthest first by distance times importance. */
  readonly drifted: readonly string[];
  /** Rows of the window. */
  readonly rows: number;
  /**
   * The features in the baseline's order, those that are texts followed by `<feature>.characters`,
   * `<feature>.words` and `<feature>.newWords`, then the predictions as `prediction`, and of several classes
   * `prediction.confidence` and `prediction.entropy`.
   */
  readonly features: readonly FeatureDrift[];
  /** What is wrong with the values of features, in the order of the features; all of these are drifted. */
  readonly findings: readonly Finding[];
}

/**
 * Compares a window with the baseline of its model, feature by feature and prediction by prediction, and
 * bounds the probability of any false alarm in the whole comparison: all tests share alpha.
 *
 * @param policy defaults to {@link DEFAULT_DRIFT_POLICY}, field by field
 * @throws Error if the profiles do not have the same features and bins
 */
export function detectDrift(
  baseline: DatasetProfile,
  window: DatasetProfile,
  policy: Partial<DriftPolicy> = {},
): DriftReport {
  const complete = { ...DEFAULT_DRIFT_POLICY, ...policy };
  const current = new Map(profilesOf(window).map(({ feature, profile }) => [feature, profile]));
  const compared = profilesOf(baseline).map(({ feature, column, profile: before }): Compared => {
    const after = current.get(feature);
    if (!after) throw new Error(`'${feature}' of the baseline is absent from the window's profile`);
    const isTested = Math.min(rowsOf(after), rowsOf(before)) >= Math.max(1, complete.minimumRows);
    const tests = isTested ? testsOf(feature, before, after) : undefined;
    const policy = policyOf(complete.features, feature, column);
    return { feature, policy, before, after, ...(tests && { tests }) };
  });
  const policies = new Map(compared.map((one) => [one.feature, one.policy]));
  const importanceOf = (feature: string) => policies.get(feature)?.importance ?? 1;
  const adjusted = adjustedPValues(compared, importanceOf);
  const findings = compared.flatMap((one) => findingsOf(one, adjusted, complete));
  const found = new Set(findings.map(({ feature }) => feature));
  const features = compared.map((one): FeatureDrift => {
    return featureDrift(one, adjusted, complete, found.has(one.feature));
  });
  const drifted = features
    .filter(({ status }) => status === 'drift')
    .map(({ feature, distance = 0 }) => ({ feature, size: distance * importanceOf(feature) }))
    .sort((a, b) => b.size - a.size)
    .map(({ feature }) => feature);
  const isComplete = features.length > 0 && features.every(({ status }) => status !== 'insufficient-rows');
  const otherwise = isComplete ? 'stable' : 'insufficient-rows';
  return { status: drifted.length > 0 ? 'drift' : otherwise, drifted, rows: window.rows, features, findings };
}

/** A feature with the tests of its values. */
interface Compared {
  readonly feature: string;
  readonly policy: FeatureDriftPolicySettings;
  readonly before: FeatureProfile;
  readonly after: FeatureProfile;
  /** Undefined with too few rows. */
  readonly tests?: { readonly distribution: TwoSampleTest; readonly findings: readonly FindingTest[] };
}

type AdjustedPValues = ReadonlyMap<TwoSampleTest | FindingTest, number>;

/** Four fifths of a feature's share of alpha are for its distribution, and the rest for what may be found. */
const DISTRIBUTION_SHARE = 0.8;

function adjustedPValues(
  compared: readonly Compared[],
  importanceOf: (feature: string) => number,
): AdjustedPValues {
  const weighted = compared.flatMap(({ feature, tests }) => {
    if (!tests) return [];
    const importance = importanceOf(feature);
    const findings = tests.findings.map((test) => {
      return { test, weight: (importance * (1 - DISTRIBUTION_SHARE)) / tests.findings.length };
    });
    return [{ test: tests.distribution, weight: importance * DISTRIBUTION_SHARE }, ...findings];
  });
  const adjusted = holm(
    weighted.map(({ test }) => test.pValue),
    weighted.map(({ weight }) => weight),
  );
  return new Map(weighted.map(({ test }, index) => [test, adjusted[index] as number]));
}

/**
 * The least distance is so many times the change of a share that is a finding, by default of one value in
 * fifty: the distribution as a whole need not have moved so far.
 */
const DISTANCE_PER_SHARE = 2.5;

function findingsOf(
  { feature, policy, tests }: Compared,
  adjusted: AdjustedPValues,
  { alpha, minimumDistance, floor }: DriftPolicy,
): Finding[] {
  const least = Math.max(floor, leastDifference(policy, minimumDistance)) / DISTANCE_PER_SHARE;
  const { importance = 1 } = policy;
  return (tests?.findings ?? []).flatMap((test) => {
    const { pValue, content } = test;
    const adjustedPValue = adjusted.get(test) as number;
    if (!content || adjustedPValue > alpha) return [];
    if (importance * Math.abs(content.after - content.before) < least) return [];
    return { feature, ...content, pValue, adjustedPValue };
  });
}

function featureDrift(
  { feature, policy, before, after, tests }: Compared,
  adjusted: AdjustedPValues,
  { alpha, minimumDistance, floor }: DriftPolicy,
  hasFinding: boolean,
): FeatureDrift {
  const rows = rowsOf(after);
  if (!tests) return { feature, status: 'insufficient-rows', rows };
  const test = tests.distribution;
  const adjustedPValue = adjusted.get(test) as number;
  const distances = distancesBetween(before, after);
  const effect = effectOf(policy, test.distance, distances, minimumDistance);
  const hasPolicy = Object.keys(policy).length > 0;
  const measured = { rows, ...test, distances, ...(hasPolicy && { effect }), adjustedPValue };
  const hasMoved =
    adjustedPValue <= alpha &&
    effect.importance * effect.distance >= effect.minimum &&
    effect.importance * test.distance >= floor;
  if (!hasMoved && !hasFinding) return { feature, status: 'stable', ...measured };
  const change = hasMoved ? largestChange(before, after) : undefined;
  return { feature, status: 'drift', ...measured, ...(change && { change }) };
}

function testsOf(feature: string, before: FeatureProfile, after: FeatureProfile) {
  return {
    distribution: compareProfiles(feature, before, after),
    findings: findingTests(before, after),
  };
}

/** What is compared under one name. */
interface ComparedProfile {
  readonly feature: string;
  /** Whose policy it has, unless it has one of its own. */
  readonly column: string;
  readonly profile: FeatureProfile;
}

/** What is compared: features, what their texts are like, and answers. */
function profilesOf({ features, prediction, certainty }: DatasetProfile): ComparedProfile[] {
  // Of several classes the numbers have no order.
  const answers = prediction && ((certainty && predictedClasses(prediction)) ?? prediction);
  const named = (feature: string, profile: FeatureProfile | undefined): ComparedProfile[] =>
    profile ? [{ feature, column: feature, profile }] : [];
  return [
    ...Object.entries(features).flatMap(([column, profile]) => [
      { feature: column, column, profile },
      ...textProfiles(column, profile).map(([feature, ofTexts]) => ({ feature, column, profile: ofTexts })),
    ]),
    ...named(PREDICTION, answers),
    ...named(CONFIDENCE, certainty?.confidence),
    ...named(ENTROPY, certainty?.entropy),
  ];
}

function compareProfiles(feature: string, a: FeatureProfile, b: FeatureProfile): TwoSampleTest {
  if (sameBins(a, b)) {
    if (a.kind === 'numeric' && b.kind === 'numeric') return kolmogorovSmirnov(a, b);
    if (a.kind === 'categorical' && b.kind === 'categorical') return chiSquared(a, b);
  }
  throw new Error(`profiles of '${feature}' have different bins: count the window in its model's baseline`);
}
