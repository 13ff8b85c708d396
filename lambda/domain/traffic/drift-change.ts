import * as z from 'zod/mini';
import { leastOf } from '../data/bins';
import { quantileOf } from '../data/feature-slices';
import { type CategoricalProfile, type FeatureProfile, type NumericProfile, rowsOf } from '../data/profile';

const before = z.number();
const after = z.number();
/** Shares of the values of the training data and of the window, from 0 to 1. */
const shares = { before, after };

/**
 * A part of a feature's values that has become larger or smaller: how a report says what has drifted. Shares
 * of missing values and of categories are of all rows; those above a bound, or up to it, are of the numbers
 * alone.
 */
export const driftChange = z.discriminatedUnion('values', [
  z.object({ values: z.literal('missing'), ...shares }),
  z.object({
    values: z.enum(['above', 'below']),
    bound: z.number(),
    /**
     * Whether the bound is the greatest, or the least, number of the training data, beyond which none are.
     */
    isExtreme: z.boolean(),
    ...shares,
  }),
  z.object({ values: z.literal('category'), category: z.string(), ...shares }),
  /** Categories that are not among the most frequent of the training data. */
  z.object({ values: z.literal('otherCategories'), ...shares }),
]);

export type DriftChange = z.infer<typeof driftChange>;

/** Shares of the training data at which the values of a number are parted. */
const QUANTILES = [0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99];
/** A report names categories, which may be texts of any length. */
const LONGEST_CATEGORY = 100;

/**
 * The change that is largest by h, the difference of 2 arcsin sqrt(share) (J. Cohen, Statistical Power
 * Analysis for the Behavioral Sciences, 1988, chapter 6): 1 % that becomes 10 % is as much as 50 % that
 * becomes 71 %.
 *
 * @param training profile of the training data
 * @param window profile of the traffic, with the same bins
 */
export function largestChange(training: FeatureProfile, window: FeatureProfile): DriftChange | undefined {
  const changes = [missing(training, window), ...partsOf(training, window)];
  return changes
    .filter((change) => Number.isFinite(sizeOf(change)))
    .reduce<DriftChange | undefined>(
      (largest, one) => (!largest || sizeOf(one) > sizeOf(largest) ? one : largest),
      undefined,
    );
}

/** Cohen's h, without its sign. */
function sizeOf({ before: p, after: q }: DriftChange): number {
  return Math.abs(2 * Math.asin(Math.sqrt(q)) - 2 * Math.asin(Math.sqrt(p)));
}

function missing(training: FeatureProfile, window: FeatureProfile): DriftChange {
  const share = (profile: FeatureProfile) => profile.missing / rowsOf(profile);
  return { values: 'missing', before: share(training), after: share(window) };
}

function partsOf(training: FeatureProfile, window: FeatureProfile): DriftChange[] {
  if (training.kind === 'numeric' && window.kind === 'numeric') return rangesOf(training, window);
  if (training.kind === 'categorical' && window.kind === 'categorical') return categoriesOf(training, window);
  return [];
}

function rangesOf(training: NumericProfile, window: NumericProfile): DriftChange[] {
  const [trainingShare, windowShare] = [shareUpTo(training), shareUpTo(window)];
  const inner = [...new Set(QUANTILES.map((share) => quantileOf(training, share)))];
  const ranges = inner.filter(Number.isFinite).map((bound): DriftChange => {
    const [p, q] = [trainingShare(bound), windowShare(bound)];
    // Of both sides, whose change is equal, the one that has grown.
    return q < p
      ? { values: 'above', bound, isExtreme: false, before: 1 - p, after: 1 - q }
      : { values: 'below', bound, isExtreme: false, before: p, after: q };
  });
  const [first, last] = [training.edges[0], training.edges.at(-1)];
  const least = leastOf(training.edges);
  if (first === undefined || last === undefined || least === undefined) return ranges;
  return [
    ...ranges,
    {
      values: 'above',
      bound: last,
      isExtreme: true,
      before: 1 - trainingShare(last),
      after: 1 - windowShare(last),
    },
    {
      values: 'below',
      bound: least,
      isExtreme: true,
      before: trainingShare(first),
      after: windowShare(first),
    },
  ];
}

/** Share of the numbers of a profile up to one of its edges. */
function shareUpTo({ edges, counts }: NumericProfile): (edge: number) => number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return (edge) => {
    const bin = edges.indexOf(edge);
    return counts.slice(0, bin + 1).reduce((sum, count) => sum + count, 0) / total;
  };
}

function categoriesOf(training: CategoricalProfile, window: CategoricalProfile): DriftChange[] {
  const [all, current] = [rowsOf(training), rowsOf(window)];
  const listed = training.categories.map((category, index): DriftChange => {
    return {
      values: 'category',
      category: category.slice(0, LONGEST_CATEGORY),
      before: (training.counts[index] ?? 0) / all,
      after: (window.counts[index] ?? 0) / current,
    };
  });
  return [
    ...listed,
    { values: 'otherCategories', before: training.other / all, after: window.other / current },
  ];
}
