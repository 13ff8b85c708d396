import { quantileOf } from '../../data/feature-slices';
import type { CategoricalProfile, NumericProfile } from '../../data/profile';
import { fisherGreater } from '../../statistics/fisher-exact';
import type { FindingTest } from './finding';

/** A number counts as stuck if its share rises by so much from less than `RARE`. */
const JUMP = 0.2;
const RARE = 0.1;
/**
 * Numbers in a bin count as the same if it is at most so wide, in interquartile ranges of the training data.
 */
const NARROW = 0.05;

/**
 * Whether all numbers of the window have become the same, or a rare one frequent: the test is Fisher's, of
 * the value whose share has risen most, times the number of values (C. E. Bonferroni). Numbers of the same
 * bin count as the same, for a profile tells no others apart: most bins hold a thousandth of the training
 * data.
 */
export function repeatedNumber(training: NumericProfile, window: NumericProfile): FindingTest {
  const { edges } = training;
  const range = quantileOf(training, 0.75) - quantileOf(training, 0.25);
  // What lies beyond the extremes need not be the same.
  const isNarrow = (bin: number) =>
    bin > 0 &&
    bin < edges.length &&
    // The bin of a value that is frequent has the width of its last bit.
    (edges[bin] as number) - (edges[bin - 1] as number) <=
      Math.max(NARROW * range, Number.EPSILON * Math.abs(edges[bin] as number), Number.MIN_VALUE);
  const found = largestRise(training.counts, window.counts, isNarrow);
  if (!found) return { pValue: 1 };
  const { index, before, after, pValue } = found;
  const value = edges[index] as number;
  if (after === 1) return { pValue, content: { kind: 'constant', value, before, after } };
  const isStuck = before < RARE && after - before >= JUMP;
  return { pValue, ...(isStuck && { content: { kind: 'stuck', value, before, after } }) };
}

/** Whether all values of the window have become the same category, as {@link repeatedNumber}. */
export function constantCategory(training: CategoricalProfile, window: CategoricalProfile): FindingTest {
  const found = largestRise(
    [...training.counts, training.other],
    [...window.counts, window.other],
    (index) => {
      return index < training.counts.length;
    },
  );
  if (!found) return { pValue: 1 };
  const { index, before, after, pValue } = found;
  const value = (training.categories[index] as string).slice(0, LONGEST_CATEGORY);
  return { pValue, ...(after === 1 && { content: { kind: 'constant', value, before, after } }) };
}

/** A report names categories, which may be texts of any length. */
const LONGEST_CATEGORY = 100;

function largestRise(
  training: readonly number[],
  window: readonly number[],
  isValue: (index: number) => boolean,
) {
  const [rows, windowRows] = [sumOf(training), sumOf(window)];
  if (rows === 0 || windowRows === 0) return undefined;
  let largest: { index: number; before: number; after: number } | undefined;
  for (let index = 0; index < training.length; index++) {
    if (!isValue(index)) continue;
    const before = (training[index] as number) / rows;
    const after = (window[index] as number) / windowRows;
    if (!largest || after - before > largest.after - largest.before) largest = { index, before, after };
  }
  if (!largest) return undefined;
  const { index } = largest;
  const pValue = fisherGreater(
    { count: training[index] as number, rows },
    { count: window[index] as number, rows: windowRows },
  );
  return { ...largest, pValue: Math.min(1, training.length * pValue) };
}

function sumOf(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
