import { poissonUpperBound } from './special-functions';

/** How often something happened, of how many requests. */
export interface Rate {
  readonly events: number;
  readonly requests: number;
}

/** What challenger and champion did over the same stretch of time, such as a minute. */
export interface RatePair {
  readonly challenger: Rate;
  readonly champion: Rate;
}

/** How many times as often something happens to the challenger, and how much is bet on that. */
export interface Alternative {
  readonly ratio: number;
  /** They add up to 1. */
  readonly weight: number;
}

/**
 * A bad version mostly fails many times as often, or somewhat more often at much traffic: other ratios lie
 * between.
 */
export const BROKEN: readonly Alternative[] = [
  { ratio: 1.5, weight: 0.1 },
  { ratio: 2, weight: 0.25 },
  { ratio: 3, weight: 0.1 },
  { ratio: 5, weight: 0.1 },
  { ratio: 10, weight: 0.45 },
];

/** Rates that are high by nature, like wrong answers or orders, are not doubled by a bad version. */
export const FINE: readonly Alternative[] = [1.1, 1.2, 1.5, 2, 3, 5, 10].map((ratio) => ({
  ratio,
  weight: 1 / 7,
}));

/**
 * An upper bound of a rate of Poisson-distributed events, which is too low with probability `alpha` at most.
 */
export function upperRate({ events, requests }: Rate, alpha: number): number {
  return poissonUpperBound(events, alpha) / requests;
}

/**
 * Logarithm of the likelihood ratio of A. Wald (Annals of Mathematical Statistics 16 (1945), p. 117) for a
 * challenger to whom something happens `ratio` times as often as to the champion. With a share s of the
 * requests, an event is the challenger's with probability s, or r s / (r s + 1 - s).
 *
 * Given how many events there were, and with equal rates, the challenger's number is hypergeometric, whatever
 * the rate. The binomial distribution in its place is valid, since the ratio is convex in the number of
 * events (W. Hoeffding, JASA 58 (1963), theorem 4). So are requests that count as a part v of an event each,
 * from 0 to 1: the mean of X^v is at most the mean of X to the power of v (J. L. W. V. Jensen, Acta
 * Mathematica 30 (1906), p. 175).
 */
export function logRatioTogether(events: number, { challenger, champion }: RatePair, ratio: number): number {
  const share = challenger.requests / (challenger.requests + champion.requests);
  const all = challenger.events + champion.events;
  return events * Math.log(ratio) - all * Math.log1p((ratio - 1) * share);
}

/**
 * Of Poisson distributions with the highest rate and `ratio` times that; fewer events than that make it
 * smaller.
 */
export function logRatioAlone({ events, requests }: Rate, highestRate: number, ratio: number): number {
  return events * Math.log(ratio) - (ratio - 1) * highestRate * requests;
}

/** Logarithm of the sum of numbers whose logarithms are given. */
export function logSum(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  return largest + Math.log(logarithms.reduce((total, value) => total + Math.exp(value - largest), 0));
}
