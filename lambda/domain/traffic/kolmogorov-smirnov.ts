import { type NumericProfile, rowsOf } from '../data/profile';
import { kolmogorovSurvival } from '../statistics/special-functions';
import type { TwoSampleTest } from './two-sample-test';

/**
 * The two-sample Kolmogorov-Smirnov test on profiles with the same bins. Missing values count as below all
 * others, so a change in their share is found like any other. D is exact for a baseline of up to 511 distinct
 * values; else it is at most the mass of one bin, about 1/1022, too small.
 *
 * D = max |F - G|, p = P(K > D sqrt(nm / (n + m))), K of the Kolmogorov distribution: N. V. Smirnov, Bulletin
 * Mathematique de l'Universite de Moscou 2 (1939). Values that repeat make the p-value too large, never too
 * small.
 */
export function kolmogorovSmirnov(a: NumericProfile, b: NumericProfile): TwoSampleTest {
  const [n, m] = [rowsOf(a), rowsOf(b)];
  let below = [a.missing, b.missing] as const;
  let distance = Math.abs(below[0] / n - below[1] / m);
  for (let i = 0; i < a.counts.length; i++) {
    below = [below[0] + (a.counts[i] as number), below[1] + (b.counts[i] as number)];
    distance = Math.max(distance, Math.abs(below[0] / n - below[1] / m));
  }
  const pValue = kolmogorovSurvival(distance * Math.sqrt((n * m) / (n + m)));
  return { test: 'kolmogorov-smirnov', statistic: distance, distance, pValue };
}
