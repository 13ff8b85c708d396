import { logGamma } from './special-functions';

/** How many of how many. */
export interface Part {
  readonly count: number;
  readonly rows: number;
}

/**
 * Fisher's exact test that the share of the second sample is larger: P(X >= its count) of the hypergeometric
 * distribution, given the counts of both together (R. A. Fisher, Journal of the Royal Statistical Society 98
 * (1935), p. 48). It is exact for any number of rows.
 */
export function fisherGreater(first: Part, second: Part): number {
  const marked = first.count + second.count;
  const all = first.rows + second.rows;
  const lowest = Math.max(0, marked - first.rows);
  const highest = Math.min(marked, second.rows);
  const { count } = second;
  if (count <= lowest) return 1;
  /** P(k) / P(k - 1) */
  const ratio = (k: number) => ((second.rows - k + 1) * (marked - k + 1)) / (k * (first.rows - marked + k));
  const logProbability = (k: number) =>
    logChoose(marked, k) + logChoose(all - marked, second.rows - k) - logChoose(all, second.rows);
  // From the count on if probabilities fall there, else from the one before it down.
  if (ratio(count) <= 1) {
    let [sum, term] = [1, 1];
    for (let k = count + 1; k <= highest && term > sum * Number.EPSILON; k++) sum += term *= ratio(k);
    return Math.min(1, sum * Math.exp(logProbability(count)));
  }
  let [sum, term] = [1, 1];
  for (let k = count - 1; k > lowest && term > sum * Number.EPSILON; k--) sum += term /= ratio(k);
  return Math.max(0, 1 - sum * Math.exp(logProbability(count - 1)));
}

/** Twice the smaller of both one-sided p-values, at most 1. */
export function fisherDifferent(first: Part, second: Part): number {
  return Math.min(1, 2 * Math.min(fisherGreater(first, second), fisherGreater(second, first)));
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
