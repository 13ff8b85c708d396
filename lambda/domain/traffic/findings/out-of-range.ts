import { leastOf } from '../../data/bins';
import type { NumericProfile } from '../../data/profile';
import { fisherGreater } from '../../statistics/fisher-exact';
import type { FindingContent, FindingTest } from './finding';

/**
 * Whether more numbers lie beyond one of the extremes of the training data than is due: of n numbers, and m
 * more of the same distribution, k or more of the m lie above the greatest of the n with a probability of at
 * most C(m, k) / C(n + m, k) (S. Rosenbaum, Annals of Mathematical Statistics 25 (1954), p. 146), which is
 * Fisher's of 0 and k. For both sides together it is doubled.
 */
export function outOfRange(training: NumericProfile, window: NumericProfile): FindingTest {
  const { edges } = training;
  const [least, greatest] = [leastOf(edges), edges.at(-1)];
  if (least === undefined || greatest === undefined) return { pValue: 1 };
  const [rows, windowRows] = [numbersOf(training), numbersOf(window)];
  const sides = [
    { side: 'below' as const, bound: least, bin: 0 },
    { side: 'above' as const, bound: greatest, bin: edges.length },
  ].map(({ side, bound, bin }) => {
    const before = { count: training.counts[bin] as number, rows };
    const after = { count: window.counts[bin] as number, rows: windowRows };
    const [p, q] = [before.count / rows, windowRows > 0 ? after.count / windowRows : 0];
    const content: FindingContent = { kind: 'outOfRange', side, bound, before: p, after: q };
    return { pValue: fisherGreater(before, after), content };
  });
  const [first, second] = sides as [(typeof sides)[0], (typeof sides)[0]];
  const { pValue, content } = second.pValue < first.pValue ? second : first;
  return { pValue: Math.min(1, 2 * pValue), content };
}

function numbersOf({ counts }: NumericProfile): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
