import * as z from 'zod/mini';
import type { DistanceMeasure, FeatureDriftPolicySettings } from '../../../contracts/feature-drift-policy';
import type { RelativeImportance } from '../data/relative-importance';
import { namedRecord } from '../records/named-record';
import type { Distances } from './distances';

const measure: z.ZodMiniType<DistanceMeasure> = z.enum([
  'largestDifference',
  'populationStabilityIndex',
  'jensenShannon',
  'hellinger',
  'wasserstein',
]);
const share = z.number().check(z.gte(0), z.lte(1));

/** Schema of the policies of single features, by name. */
export const featurePolicies: z.ZodMiniType<FeaturePolicies> = namedRecord(
  z.strictObject({
    distance: z.optional(measure),
    minimumDistance: z.optional(z.number().check(z.gte(0))),
    importance: z.optional(share),
  }),
);

/** By the name of the feature, `prediction` for the model's answers. */
export type FeaturePolicies = Readonly<Record<string, FeatureDriftPolicySettings>>;

/** How far a feature has moved, by the measure that its policy asks for. */
export const driftEffect = z.object({
  measure,
  distance: z.number(),
  /** Least distance that counts, of a feature of importance 1. */
  minimum: z.number(),
  /** From 0 to 1: the distance times the importance must reach the minimum. */
  importance: z.number(),
});

export type DriftEffect = z.infer<typeof driftEffect>;

/** Where other tools alarm by default: Evidently's `default_threshold` of all four measures. */
const USUAL_MINIMUM = 0.1;

/**
 * The policy of a feature; the empty one if it has none of its own.
 *
 * @param column whose policy it has then, such as the texts that it measures
 */
export function policyOf(
  features: FeaturePolicies,
  feature: string,
  column = feature,
): FeatureDriftPolicySettings {
  const own = [feature, column].find((name) => Object.hasOwn(features, name));
  return (own !== undefined && features[own]) || {};
}

/** Policies that take the importance of a feature from its version, unless they say it themselves. */
export function withImportance(policies: FeaturePolicies, importance: RelativeImportance): FeaturePolicies {
  const names = new Set([...Object.keys(policies), ...Object.keys(importance)]);
  const all = [...names].map((name) => {
    const own = policyOf(policies, name);
    const found = Object.hasOwn(importance, name) ? importance[name] : undefined;
    const value = own.importance ?? found;
    return [name, { ...own, ...(value !== undefined && { importance: value }) }] as const;
  });
  return Object.fromEntries(all);
}

/** Least difference of probabilities of a feature. @param minimumDistance of features without a policy */
export function leastDifference(
  { distance = 'largestDifference', minimumDistance: own }: FeatureDriftPolicySettings,
  minimumDistance: number,
): number {
  return distance === 'largestDifference' ? (own ?? minimumDistance) : minimumDistance;
}

/**
 * @param largestDifference the distance of the test
 * @param minimumDistance of features without a policy
 */
export function effectOf(
  policy: FeatureDriftPolicySettings,
  largestDifference: number,
  distances: Distances,
  minimumDistance: number,
): DriftEffect {
  const { distance: measure = 'largestDifference', minimumDistance: own, importance = 1 } = policy;
  const other = measure === 'largestDifference' ? undefined : distances[measure];
  // Categories, and numbers that never differed, have no Wasserstein distance.
  if (other === undefined) {
    const minimum = leastDifference(policy, minimumDistance);
    return { measure: 'largestDifference', distance: largestDifference, minimum, importance };
  }
  return { measure, distance: other, minimum: own ?? USUAL_MINIMUM, importance };
}
