import type { Baseline } from '../../lambda/domain/data/baseline';
import { below, binOf, type CountedNumber, quantileEdgesOfCounts } from '../../lambda/domain/data/bins';
import {
  type CategoricalProfile,
  type FeatureProfile,
  type NumericProfile,
  profileFrequencies,
} from '../../lambda/domain/data/profile';
import { CliError } from '../cli/cli-error';
import type { ColumnRoles } from '../cli/file-profile';
import type { Constraints, FeatureStatistics, KllDistribution, Statistics } from './documents';

/** What Model Monitor knew of training data, as a baseline. */
export interface ImportedBaseline {
  readonly baseline: Baseline;
  /** What the file does not tell, in whole sentences. */
  readonly lost: readonly string[];
  /** Settings of `monitoring` that come closest to the constraints. */
  readonly settings: ImportedSettings;
}

export interface ImportedSettings {
  readonly minimumDriftDistance?: number;
  readonly ignoredFeatures?: readonly string[];
}

/**
 * The baseline of Model Monitor's files.
 *
 * @param roles columns of captured answers and labels, which Model Monitor counts among the features
 * @throws CliError if a column does not exist, or the answers are no numbers
 */
export function importStatistics(
  { dataset, features }: Statistics,
  constraints: Constraints | undefined,
  { label, prediction, ignored }: Omit<ColumnRoles, 'categories'>,
): ImportedBaseline {
  const names = features.map(({ name }) => name);
  for (const name of [label, prediction, ...ignored]) {
    if (name === undefined || names.includes(name)) continue;
    throw new CliError(`the statistics have no feature '${name}', but ${names.join(', ')}`);
  }
  const lost: string[] = [];
  const profiles = new Map(
    features
      .filter(({ name }) => name !== label && !ignored.includes(name))
      .map((feature) => [
        feature.name,
        profileOf(feature, dataset.item_count, domainsOf(constraints, feature.name), lost),
      ]),
  );
  const answers = profiles.get(prediction ?? '');
  if (answers && answers.kind !== 'numeric') {
    throw new CliError(
      `the predictions '${prediction}' are texts, but only numbers are watched: ignore them`,
    );
  }
  if (prediction !== undefined) profiles.delete(prediction);
  return {
    baseline: {
      rows: Math.round(dataset.item_count),
      features: Object.fromEntries(profiles),
      ...(answers && { prediction: answers }),
    },
    lost,
    settings: settingsOf(constraints, [...profiles.keys()]),
  };
}

function profileOf(
  { name, numerical_statistics: numbers, string_statistics: texts }: FeatureStatistics,
  items: number,
  domains: readonly string[],
  lost: string[],
): FeatureProfile {
  if (numbers) {
    const { common, distribution, min, max } = numbers;
    const missing = Math.round(common.num_missing);
    const kll = distribution?.kll;
    if (kll?.sketch) return ofSketch(kll.sketch.data, common.num_present, missing, [min, max]);
    if (kll && kll.buckets.length > 0) {
      lost.push(
        `${name} has no sketch: a shift within one of its ${kll.buckets.length} buckets is not found.`,
      );
      return ofBuckets(kll.buckets, missing);
    }
    lost.push(`${name} has no distribution: only the share of its missing values is compared.`);
    return { kind: 'numeric', edges: [], counts: [Math.round(common.num_present)], missing };
  }
  const present = Math.round(texts?.common.num_present ?? items);
  const missing = Math.round(texts?.common.num_missing ?? 0);
  const buckets = texts?.distribution?.categorical?.buckets ?? [];
  if (buckets.length === 0) {
    lost.push(`${name} has no distribution: only the share of its missing values is compared.`);
  }
  return ofCategories(buckets, domains, present, missing);
}

/**
 * A sketch stands for its values, of which those of level i stand for 2^i rows each (Z. Karnin, K. Lang and
 * E. Liberty, Optimal quantile approximation in streams, FOCS 2016; `output` in
 * https://github.com/awslabs/deequ/blob/master/src/main/scala/com/amazon/deequ/analyzers/QuantileNonSample.scala,
 * which the prebuilt container runs). So its bins are as fine as those of training data. Checked with the
 * statistics of 8 features that a prebuilt container wrote,
 * https://github.com/ScottReidux/aai-540/blob/main/assets/statistics.json: the values stand for all 23,432
 * rows, and counting them gives the ten buckets exactly, if a bucket holds its lower bound and not its upper
 * one.
 *
 * @param extremes least and greatest number, which a sketch may have dropped
 */
function ofSketch(
  levels: readonly (readonly number[])[],
  present: number,
  missing: number,
  extremes: readonly (number | undefined)[],
): NumericProfile {
  const weights = new Map<number, number>(
    extremes.flatMap((value): [number, number][] => (value === undefined ? [] : [[value, 0]])),
  );
  for (const [level, values] of levels.entries()) {
    for (const value of values) weights.set(value, (weights.get(value) ?? 0) + 2 ** level);
  }
  const numbers = [...weights]
    .map(([value, count]): CountedNumber => ({ value, count }))
    .sort((a, b) => a.value - b.value);
  const edges = quantileEdgesOfCounts(numbers);
  // What lies above the greatest number is beyond all training data.
  const last = numbers.at(-1);
  if (last) edges[edges.length - 1] = last.value;
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const { value, count } of numbers) (counts[binOf(value, edges)] as number) += count;
  return { kind: 'numeric', edges, counts: scaled(counts, Math.round(present)), missing };
}

/** Buckets hold their lower bound and not their upper one; the last one holds both. */
function ofBuckets(buckets: KllDistribution['buckets'], missing: number): NumericProfile {
  const bounds = buckets.map(({ lower_bound }) => below(lower_bound));
  const last = buckets.at(-1)?.upper_bound as number;
  const edges = [...new Set([...bounds, last])].sort((a, b) => a - b);
  const counts = new Array<number>(edges.length + 1).fill(0);
  for (const { lower_bound, count } of buckets) {
    (counts[binOf(lower_bound, edges)] as number) += Math.round(count);
  }
  return { kind: 'numeric', edges, counts, missing };
}

function ofCategories(
  buckets: readonly { readonly value: string; readonly count: number }[],
  domains: readonly string[],
  present: number,
  missing: number,
): CategoricalProfile {
  const frequency = new Map(domains.map((value) => [value, 0]));
  for (const { value, count } of buckets) {
    frequency.set(value, (frequency.get(value) ?? 0) + Math.round(count));
  }
  const { otherBuckets, ...listed } = profileFrequencies(frequency, missing);
  const counted = [...frequency.values()].reduce((sum, count) => sum + count, 0);
  const unlisted = Math.max(0, present - counted);
  // Which categories the unlisted ones are is not known, so that they cannot be told apart by hashes.
  return unlisted > 0
    ? { ...listed, other: listed.other + unlisted }
    : { ...listed, ...(otherBuckets && { otherBuckets }) };
}

/** Counts in the same proportions that add up to a total. */
function scaled(counts: readonly number[], total: number): number[] {
  const sum = counts.reduce((all, count) => all + count, 0);
  if (sum === total || sum === 0) return [...counts];
  let upTo = 0;
  return counts.map((count) => {
    const before = Math.round((upTo * total) / sum);
    upTo += count;
    return Math.round((upTo * total) / sum) - before;
  });
}

function domainsOf(constraints: Constraints | undefined, name: string): readonly string[] {
  return constraints?.features.find((one) => one.name === name)?.string_constraints?.domains ?? [];
}

function settingsOf(constraints: Constraints | undefined, names: readonly string[]): ImportedSettings {
  if (!constraints) return {};
  const distance = constraints.monitoring_config?.distribution_constraints?.comparison_threshold;
  const ignoredFeatures = constraints.features
    .filter(({ name, monitoringConfigOverrides: documented, monitoring_config_overrides: written }) => {
      const evaluated = written?.evaluate_constraints ?? documented?.evaluate_constraints;
      return evaluated === 'Disabled' && names.includes(name);
    })
    .map(({ name }) => name);
  return {
    ...(distance !== undefined && distance > 0 && distance < 1 && { minimumDriftDistance: distance }),
    ...(ignoredFeatures.length > 0 && { ignoredFeatures }),
  };
}
