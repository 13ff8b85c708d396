import { leastOf } from '../../lambda/domain/data/bins';
import {
  type CategoricalProfile,
  type DatasetProfile,
  type FeatureProfile,
  type NumericProfile,
  rowsOf,
} from '../../lambda/domain/data/profile';
import type { Constraints, FeatureStatistics, KllDistribution, Statistics } from './documents';

const BUCKETS = 10;
/** Model Monitor lists the values of texts with few of them; so many is ours. */
const MOST_DOMAINS = 100;

/**
 * A baseline as Model Monitor's `statistics.json`. Mean, sum and standard deviation are those of the bins'
 * upper edges, and buckets count whole bins: the values themselves are not in a baseline.
 */
export function exportStatistics({ rows, features, prediction }: DatasetProfile): Statistics {
  return {
    version: 0,
    dataset: { item_count: rows },
    features: featuresOf({ rows, features, ...(prediction && { prediction }) }).map(([name, profile]) =>
      profile.kind === 'numeric' ? numberStatistics(name, profile) : textStatistics(name, profile),
    ),
  };
}

/** The constraints that Model Monitor suggests for a baseline: completeness, sign, and domains of texts. */
export function exportConstraints(profile: DatasetProfile): Constraints {
  return {
    version: 0,
    features: featuresOf(profile).map(([name, feature]) => ({
      name,
      inferred_type: typeOf(feature),
      completeness: 1 - feature.missing / (rowsOf(feature) || 1),
      ...(feature.kind === 'numeric'
        ? { num_constraints: { is_non_negative: (leastOf(feature.edges) ?? 0) >= 0 } }
        : feature.other === 0 &&
          feature.categories.length <= MOST_DOMAINS && {
            string_constraints: { domains: [...feature.categories] },
          }),
    })),
    // The defaults of the documentation.
    monitoring_config: {
      evaluate_constraints: 'Enabled',
      emit_metrics: 'Enabled',
      datatype_check_threshold: 1,
      domain_content_threshold: 1,
      distribution_constraints: {
        perform_comparison: 'Enabled',
        comparison_threshold: 0.1,
        comparison_method: 'Robust',
      },
    },
  };
}

function featuresOf({ features, prediction }: DatasetProfile): [string, FeatureProfile][] {
  return [
    ...Object.entries(features),
    ...(prediction ? [['prediction', prediction] as [string, FeatureProfile]] : []),
  ];
}

interface Mass {
  readonly value: number;
  readonly count: number;
}

function numberStatistics(name: string, profile: NumericProfile): FeatureStatistics {
  const masses = massesOf(profile);
  const present = masses.reduce((sum, { count }) => sum + count, 0);
  const sum = masses.reduce((total, { value, count }) => total + value * count, 0);
  const mean = present === 0 ? 0 : sum / present;
  const squares = masses.reduce((total, { value, count }) => total + (value - mean) ** 2 * count, 0);
  const [min, max] = [leastOf(profile.edges) ?? 0, profile.edges.at(-1) ?? 0];
  return {
    name,
    inferred_type: typeOf(profile),
    numerical_statistics: {
      common: { num_present: present, num_missing: profile.missing },
      mean,
      sum,
      std_dev: present === 0 ? 0 : Math.sqrt(squares / present),
      min,
      max,
      distribution: { kll: distributionOf(masses, min, max) },
    },
  };
}

/** What was counted, at the upper edges of its bins; what lies above all edges counts as the last one. */
function massesOf({ edges, counts }: NumericProfile): Mass[] {
  const last = edges.at(-1) ?? 0;
  return counts
    .map((count, bin): Mass => ({ value: edges[bin] ?? last, count }))
    .filter(({ count }) => count > 0);
}

function distributionOf(masses: readonly Mass[], min: number, max: number): KllDistribution {
  const width = (max - min) / BUCKETS;
  const bounds = Array.from({ length: BUCKETS + 1 }, (_, index) =>
    index === BUCKETS ? max : min + index * width,
  );
  const buckets = bounds.slice(1).map((upper, index) => {
    const lower = bounds[index] as number;
    const isLast = index === BUCKETS - 1;
    const inside = masses.filter(({ value }) => (value >= lower || index === 0) && (value < upper || isLast));
    return {
      lower_bound: lower,
      upper_bound: upper,
      count: inside.reduce((sum, { count }) => sum + count, 0),
    };
  });
  // Each count in binary: a value of level i stands for 2^i rows.
  const levels: number[][] = [];
  for (const { value, count } of masses) {
    for (let level = 0, rest = count; rest > 0; level++, rest = Math.floor(rest / 2)) {
      levels[level] ??= [];
      if (rest % 2 === 1) levels[level]?.push(value);
    }
  }
  return { buckets, sketch: { parameters: { c: 0.64, k: 2048 }, data: levels } };
}

function textStatistics(name: string, profile: CategoricalProfile): FeatureStatistics {
  const { categories, counts, other, missing } = profile;
  const present = rowsOf(profile) - missing;
  return {
    name,
    inferred_type: 'String',
    string_statistics: {
      common: { num_present: present, num_missing: missing },
      distinct_count: categories.length + Object.keys(profile.otherBuckets ?? {}).length,
      ...(other === 0 && {
        distribution: {
          categorical: {
            buckets: categories.map((value, index) => ({ value, count: counts[index] as number })),
          },
        },
      }),
    },
  };
}

function typeOf(profile: FeatureProfile): FeatureStatistics['inferred_type'] {
  if (profile.kind === 'categorical') return 'String';
  return massesOf(profile).every(({ value }) => Number.isInteger(value)) ? 'Integral' : 'Fractional';
}
