import type { FeatureDriftPolicySettings } from '../../contracts/feature-drift-policy';
import type { Validation } from '../runtime/validation';

/** How far apart two distributions are. */
export enum DriftDistance {
  /**
   * The largest difference of probabilities, 0 to 1: Kolmogorov and Smirnov's D of numbers, the total
   * variation distance of categories.
   */
  LARGEST_DIFFERENCE = 'largestDifference',
  /** PSI of ten groups, from 0. */
  POPULATION_STABILITY_INDEX = 'populationStabilityIndex',
  /** Jensen-Shannon distance to the base 2 of ten groups, 0 to 1. */
  JENSEN_SHANNON = 'jensenShannon',
  /** Hellinger distance of ten groups, 0 to 1. */
  HELLINGER = 'hellinger',
  /** Wasserstein distance in standard deviations of the reference, from 0; of numbers. */
  WASSERSTEIN = 'wasserstein',
}

/** When the drift of one feature counts. */
export interface FeatureDriftPolicy {
  /**
   * The distance that must be at least `minimumDistance`. Whether a difference is significant does not depend
   * on it.
   * @default DriftDistance.LARGEST_DIFFERENCE
   */
  readonly distance?: DriftDistance;

  /**
   * Smallest distance that counts as drift, by `distance`. A comparison that has a smallest distance of its
   * own needs that, too.
   * @default - `minimumDriftDistance`, or 0.1 by another measure
   */
  readonly minimumDistance?: number;

  /**
   * How much the model depends on the feature, 0 to 1: its distance is multiplied by it before it is compared
   * with the smallest one, and its share of the budget of false alarms is. A feature of importance 0 is
   * reported, and never raises an alarm.
   * @default - as `importance.json` of the version's archive says, or 1
   */
  readonly importance?: number;
}

/** What is known of the columns of the training data. */
export interface KnownColumns {
  readonly categories?: readonly string[];
  /** Columns that are no features. */
  readonly others?: readonly string[];
}

/** Settings of the policies, undefined if there are none; notes what is wrong with them. */
export function featurePolicies(
  policies: { readonly [feature: string]: FeatureDriftPolicy },
  { categories = [], others = [] }: KnownColumns,
  validation: Validation,
): Record<string, FeatureDriftPolicySettings> | undefined {
  for (const [feature, { distance, minimumDistance = 0, importance = 1 }] of Object.entries(policies)) {
    const name = `monitoring.featurePolicies['${feature}']`;
    const isBounded =
      distance !== DriftDistance.WASSERSTEIN && distance !== DriftDistance.POPULATION_STABILITY_INDEX;
    validation
      .check(
        feature,
        !others.includes(feature),
        `${name} must be of a feature, but the model does not get it`,
      )
      .check(
        distance,
        distance !== DriftDistance.WASSERSTEIN || !categories.includes(feature),
        `${name}.distance must be one of categories, which data.schema declares it`,
      )
      .check(
        minimumDistance,
        minimumDistance >= 0 && minimumDistance < (isBounded ? 1 : Number.POSITIVE_INFINITY),
        `${name}.minimumDistance must be at least 0${isBounded ? ' and below 1' : ''}`,
      )
      .check(importance, importance >= 0 && importance <= 1, `${name}.importance must be 0 to 1`);
  }
  return Object.keys(policies).length > 0 ? { ...policies } : undefined;
}
