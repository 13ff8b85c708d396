import { type FeatureProfile, rowsOf } from '../../data/profile';
import { fisherDifferent } from '../../statistics/fisher-exact';
import type { FindingTest } from './finding';

/** Fisher's exact test that the share of missing values has changed. */
export function missingRate(training: FeatureProfile, window: FeatureProfile): FindingTest {
  const before = { count: training.missing, rows: rowsOf(training) };
  const after = { count: window.missing, rows: rowsOf(window) };
  return {
    pValue: fisherDifferent(before, after),
    content: { kind: 'missing', before: before.count / before.rows, after: after.count / after.rows },
  };
}
