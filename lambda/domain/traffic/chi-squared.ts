import { type CategoricalProfile, rowsOf } from '../data/profile';
import { chiSquaredSurvival } from '../statistics/special-functions';
import { comparedCategories } from './compared-categories';
import type { TwoSampleTest } from './two-sample-test';

/**
 * Pearson's chi-squared test of homogeneity on the {@link comparedCategories} of both profiles. The distance
 * is half the sum of |p - q| over them.
 */
export function chiSquared(a: CategoricalProfile, b: CategoricalProfile): TwoSampleTest {
  const [n, m] = [rowsOf(a), rowsOf(b)];
  const cells = comparedCategories(a, b);
  const distance = cells.reduce((sum, [x, y]) => sum + Math.abs(x / n - y / m), 0) / 2;
  const statistic = cells.reduce((sum, [x, y]) => {
    const expected = ((x + y) * n) / (n + m);
    const deviation = (x - expected) ** 2;
    return sum + deviation / expected + deviation / (x + y - expected);
  }, 0);
  const pValue = cells.length < 2 ? 1 : chiSquaredSurvival(statistic, cells.length - 1);
  return { test: 'chi-squared', statistic, distance, pValue };
}
