import * as z from 'zod/mini';
import { quantileOf } from '../data/feature-slices';
import { type CategoricalProfile, type FeatureProfile, type NumericProfile, rowsOf } from '../data/profile';
import { hellingerDistance } from '../statistics/hellinger-distance';
import { jensenShannonDistance } from '../statistics/jensen-shannon-distance';
import { populationStabilityIndex } from '../statistics/population-stability-index';
import type { SharePair } from '../statistics/share-pair';
import { wassersteinDistance } from '../statistics/wasserstein-distance';
import { comparedCategories, type Pair } from './compared-categories';

/** How far a window lies from the training data, in the measures that other tools report, too. */
export const distances = z.object({
  populationStabilityIndex: z.number(),
  jensenShannon: z.number(),
  hellinger: z.number(),
  /** In standard deviations of the training data; only of numbers that have a spread there. */
  wasserstein: z.optional(z.number()),
});

export type Distances = z.infer<typeof distances>;

/** The convention of the population stability index, by which all but Wasserstein's are measured. */
const GROUPS = 10;

/**
 * All are of the shares of the compared categories, or of numbers in ten groups that are equally frequent in
 * the training data, with missing values as one more; only Wasserstein's is of the numbers themselves, in all
 * bins, and counts those beyond the training data's extremes as at them. Groups of a finer partition would
 * only increase the first three, without drift too: with n and m rows in k groups the population stability
 * index is about (k - 1) (1/n + 1/m) by chance alone (B. Yurdakul, Statistical Properties of Population
 * Stability Index, Western Michigan University, 2018).
 *
 * @param before profile of the training data
 * @param after profile of the window, with the same bins
 */
export function distancesBetween(before: FeatureProfile, after: FeatureProfile): Distances {
  const parts = sharesOf(partsOf(before, after), rowsOf(before), rowsOf(after));
  const isNumeric = before.kind === 'numeric' && after.kind === 'numeric';
  const wasserstein = isNumeric ? wassersteinDistance(before, after) : undefined;
  return {
    populationStabilityIndex: populationStabilityIndex(parts),
    jensenShannon: jensenShannonDistance(parts),
    hellinger: hellingerDistance(parts),
    ...(wasserstein !== undefined && { wasserstein }),
  };
}

function partsOf(before: FeatureProfile, after: FeatureProfile): readonly Pair[] {
  return before.kind === 'numeric'
    ? groupsOf(before, after as NumericProfile)
    : comparedCategories(before, after as CategoricalProfile);
}

/** Fewer than ten if a single value is more frequent than a tenth. */
function groupsOf(before: NumericProfile, after: NumericProfile): Pair[] {
  const ends = Array.from({ length: GROUPS - 1 }, (_, i) => quantileOf(before, (i + 1) / GROUPS));
  const bounds = [...new Set(ends)];
  const groups = Array.from({ length: bounds.length + 1 }, (): [number, number] => [0, 0]);
  let group = 0;
  for (let bin = 0; bin < before.counts.length; bin++) {
    const pair = groups[group] as [number, number];
    pair[0] += before.counts[bin] as number;
    pair[1] += after.counts[bin] as number;
    if (before.edges[bin] === bounds[group]) group++;
  }
  return [...groups, [before.missing, after.missing]];
}

function sharesOf(pairs: readonly Pair[], before: number, after: number): SharePair[] {
  return pairs.filter(([x, y]) => x + y > 0).map(([x, y]) => [x / before, y / after]);
}
