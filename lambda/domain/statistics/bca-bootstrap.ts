import { SeededRandom } from './seeded-random';
import { normalSurvival, normalUpperQuantile } from './special-functions';

/** What the bootstrap and the jackknife made of a statistic. */
export interface Resampled {
  readonly estimate: number;
  /** Of resamples. */
  readonly distribution: Float64Array;
  /** Of all units but one, for each. */
  readonly leftOut: Float64Array;
}

/**
 * Resamples units with replacement, the same at each call.
 *
 * @param columns of additive quantities, one number for each unit
 * @param statistic of the sums of the columns
 */
export function resample(
  columns: readonly Float64Array[],
  statistic: (sums: readonly number[]) => number,
  resamples: number,
): Resampled {
  const units = columns[0]?.length ?? 0;
  const totals = columns.map((column) => column.reduce((sum, one) => sum + one, 0));
  const random = new SeededRandom(units);
  const distribution = new Float64Array(resamples);
  for (let i = 0; i < resamples; i++) {
    const sums = columns.map(() => 0);
    for (let draw = 0; draw < units; draw++) {
      const unit = random.below(units);
      for (let c = 0; c < sums.length; c++) {
        sums[c] = (sums[c] as number) + ((columns[c] as Float64Array)[unit] as number);
      }
    }
    distribution[i] = statistic(sums);
  }
  const leftOut = Float64Array.from({ length: units }, (_, unit) =>
    statistic(totals.map((total, c) => total - ((columns[c] as Float64Array)[unit] as number))),
  );
  return { estimate: statistic(totals), distribution, leftOut };
}

/**
 * The bias-corrected and accelerated interval; the true value lies beyond each end with probability `alpha`:
 * B. Efron, JASA 82 (1987), p. 171, with the acceleration of the jackknife, B. Efron and R. J. Tibshirani, An
 * Introduction to the Bootstrap, 1993, equation 14.15.
 */
export function bcaInterval(
  { estimate, distribution, leftOut }: Resampled,
  alpha: number,
): readonly [number, number] {
  const sorted = Float64Array.from(distribution).sort();
  if (sorted[0] === sorted.at(-1)) return [estimate, estimate];
  const below = sorted.reduce((sum, one) => sum + (one < estimate ? 1 : one === estimate ? 0.5 : 0), 0);
  const share = Math.min(sorted.length - 0.5, Math.max(0.5, below)) / sorted.length;
  const bias = normalUpperQuantile(1 - share);
  const acceleration = accelerationOf(leftOut);
  const end = (tail: number) => {
    const reach = bias + normalUpperQuantile(1 - tail);
    return quantile(sorted, 1 - normalSurvival(bias + reach / (1 - acceleration * reach)));
  };
  return [end(alpha), end(1 - alpha)];
}

function accelerationOf(leftOut: Float64Array): number {
  const mean = leftOut.reduce((sum, one) => sum + one, 0) / leftOut.length;
  const squares = leftOut.reduce((sum, one) => sum + (mean - one) ** 2, 0);
  const cubes = leftOut.reduce((sum, one) => sum + (mean - one) ** 3, 0);
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

/** Between the two nearest values, in proportion. */
function quantile(sorted: Float64Array, share: number): number {
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const [a, b] = [sorted[low] as number, sorted[Math.min(low + 1, sorted.length - 1)] as number];
  return a + (place - low) * (b - a);
}
