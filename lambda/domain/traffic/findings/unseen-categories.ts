import { type CategoricalProfile, hasBuckets, rowsOf } from '../../data/profile';
import { unseenMassBound } from '../../statistics/unseen-mass';
import type { FindingTest } from './finding';

/**
 * Whether the rows of categories that the training data do not have are more than is due: rare categories of
 * one and the same distribution are absent from a sample by chance. Other categories than the listed ones are
 * told apart by their bucket, so that a new one that shares a bucket with a rare one does not count.
 */
export function unseenCategories(training: CategoricalProfile, window: CategoricalProfile): FindingTest {
  // A profile of an older package does not tell other categories apart.
  if (!hasBuckets(training) || !hasBuckets(window)) return { pValue: 1 };
  const [known, current] = [training.otherBuckets ?? {}, window.otherBuckets ?? {}];
  const others = [...new Set([...Object.keys(known), ...Object.keys(current)])];
  const pairs = [
    ...training.counts.map((count, i) => [count, window.counts[i] as number] as const),
    ...others.map((bucket) => [known[bucket] ?? 0, current[bucket] ?? 0] as const),
  ];
  const unseen = pairs.reduce((sum, [before, after]) => (before === 0 ? sum + after : sum), 0);
  const rows = rowsOf(window);
  const totals = pairs.map(([before, after]) => before + after);
  return {
    pValue: unseenMassBound(unseen, totals, [rowsOf(training) - training.missing, rows - window.missing]),
    content: { kind: 'unseenCategories', before: 0, after: unseen / rows },
  };
}
