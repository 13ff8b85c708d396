/** Probabilities this many times smaller than the largest are left out. */
const NEGLIGIBLE = 1e-30;

export interface Hypergeometric {
  /** The smallest number with a probability. */
  readonly first: number;
  /** Of `first` and the numbers after it. */
  readonly probabilities: readonly number[];
}

/**
 * How many of `drawn` things that are drawn from `all` are among `marked` of them. Formula: ratios of
 * neighbouring probabilities, from the mode on (N. L. Johnson, A. W. Kemp, S. Kotz, Univariate Discrete
 * Distributions, 2005, section 6.2).
 */
export function hypergeometric(drawn: number, marked: number, all: number): Hypergeometric {
  const lowest = Math.max(0, drawn + marked - all);
  const highest = Math.min(drawn, marked);
  const mode = Math.min(highest, Math.floor(((drawn + 1) * (marked + 1)) / (all + 2)));
  /** P(k) / P(k - 1) */
  const ratio = (k: number) => ((drawn - k + 1) * (marked - k + 1)) / (k * (all - drawn - marked + k));
  const below: number[] = [];
  for (let k = mode, value = 1; k > lowest && value > NEGLIGIBLE; k--) {
    value /= ratio(k);
    below.push(value);
  }
  const weights = [...below.reverse(), 1];
  for (let k = mode + 1, value = 1; k <= highest && value > NEGLIGIBLE; k++) {
    value *= ratio(k);
    weights.push(value);
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return { first: mode - below.length, probabilities: weights.map((weight) => weight / total) };
}
