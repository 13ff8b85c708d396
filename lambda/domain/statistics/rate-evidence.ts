import { hypergeometric } from './hypergeometric';
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

export interface EvidenceProps {
  /** Evidence at which the test ends: log(1 / alpha). */
  readonly needed: number;
  /**
   * Probability that the bound of the champion's rate, which stands for it while it has no requests, is too
   * low.
   */
  readonly boundAlpha: number;
  readonly alternatives: readonly Alternative[];
  /**
   * Whether each request went to one of the two and has at most one event. Copies of requests do not, and
   * orders need not. Then nothing is given away by evidence beyond what is needed.
   */
  readonly isSplit: boolean;
}

/** Below this much evidence to go, nothing is given away: what is needed is out of reach of a stretch. */
const OUT_OF_REACH = -20;

/**
 * Evidence that something happens to the challenger's requests more often than to the champion's: the
 * logarithm of the largest e-value so far. It may be evaluated after every stretch: if the challenger is no
 * worse, the probability that it ever reaches `needed` = log(1 / alpha) is at most alpha (J. Ville 1939; G.
 * Shafer, JRSS A 184 (2021), p. 407; V. Vovk and R. Wang, Annals of Statistics 49 (2021), p. 1736).
 *
 * Given how many events a stretch had, and with equal rates, the challenger's number is hypergeometric,
 * whatever the rate and however it changes over time. The likelihood ratio of A. Wald (Annals of Mathematical
 * Statistics 16 (1945), p. 117) for a rate that is `ratio` times as high is taken with the binomial
 * distribution in its place: that is valid, since it is convex in the number of events (W. Hoeffding, JASA 58
 * (1963), theorem 4).
 *
 * The test ends at `needed`, so that more is of no use. Where requests are split, the likelihood ratio is
 * therefore capped there and raised by the factor that makes its mean 1 again under the hypergeometric
 * distribution (L. Fischer and A. Ramdas, arXiv:2410.16076, 2024: sequential boosting). It still increases
 * with the challenger's events, so that it is as valid for a challenger that is better. Evidence beyond
 * `needed` says no more than by how much the last stretch went beyond it.
 *
 * Where the champion has no requests, as while a release bakes, its rate before stands for it, by an upper
 * bound that holds with probability 1 - `boundAlpha`; that error is to be added.
 */
export function rateEvidence(stretches: readonly RatePair[], props: EvidenceProps): number {
  const { needed, boundAlpha, alternatives, isSplit } = props;
  let evidence = alternatives.map(({ weight }) => Math.log(weight));
  const before = { events: 0, requests: 0 };
  let largest = 0;
  /** Kept while nothing comes from the champion: it takes much longer than the rest. */
  let championBound: number | undefined;
  for (const { challenger, champion } of stretches) {
    before.events += champion.events;
    before.requests += champion.requests;
    if (champion.events + champion.requests > 0) championBound = undefined;
    const alone = champion.requests === 0;
    if (challenger.requests === 0 || (alone && before.requests === 0)) continue;
    if (alone) championBound ??= upperRate(before, boundAlpha);
    const boost = isSplit && !alone ? logBoost(evidence, { challenger, champion }, props) : 0;
    evidence = evidence.map((value, index) => {
      const { ratio } = alternatives[index] as Alternative;
      return (
        value +
        boost +
        (championBound !== undefined
          ? logRatioAlone(challenger, championBound, ratio)
          : logRatioTogether(challenger.events, { challenger, champion }, ratio))
      );
    });
    largest = Math.max(largest, logSum(evidence));
    // Rounding must not keep a test going whose evidence was raised to be just enough.
    if (largest >= needed - 1e-9) return Math.max(largest, needed);
  }
  return largest;
}

/**
 * An upper bound of a rate of Poisson-distributed events, which is too low with probability `alpha` at most.
 */
export function upperRate({ events, requests }: Rate, alpha: number): number {
  return poissonUpperBound(events, alpha) / requests;
}

/**
 * With a share s of the requests, an event is the challenger's with probability s, or r s / (r s + 1 - s).
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

/**
 * Logarithm of the factor by which the evidence of a stretch is raised, since there is no use in more than is
 * needed.
 */
function logBoost(
  evidence: readonly number[],
  pair: RatePair,
  { needed, alternatives }: EvidenceProps,
): number {
  const now = logSum(evidence);
  const { challenger, champion } = pair;
  const events = challenger.events + champion.events;
  // Metrics may count an error in the minute after its request.
  const isCounted = challenger.events <= challenger.requests && champion.events <= champion.requests;
  if (events === 0 || now < OUT_OF_REACH || !isCounted) return 0;
  const { first, probabilities } = hypergeometric(
    events,
    challenger.requests,
    challenger.requests + champion.requests,
  );
  const factors = probabilities.map((_, index) =>
    Math.exp(
      logSum(
        evidence.map(
          (value, one) =>
            value + logRatioTogether(first + index, pair, (alternatives[one] as Alternative).ratio),
        ),
      ) - now,
    ),
  );
  return Math.log(boostOf(factors, probabilities, Math.exp(needed - now)));
}

/** The factor b with E[min(b X, cap)] = 1, for increasing values of X with E[X] <= 1 and a cap above 1. */
function boostOf(values: readonly number[], probabilities: readonly number[], cap: number): number {
  let capped = values.length;
  let atCap = 0;
  let boost = 1;
  for (;;) {
    while (capped > 0 && boost * (values[capped - 1] as number) >= cap) {
      capped--;
      atCap += probabilities[capped] as number;
    }
    const below = values
      .slice(0, capped)
      .reduce((sum, value, index) => sum + value * (probabilities[index] as number), 0);
    const next = (1 - cap * atCap) / below;
    if (!(next > boost)) return boost;
    boost = next;
  }
}

/** Logarithm of the sum of numbers whose logarithms are given. */
export function logSum(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  return largest + Math.log(logarithms.reduce((total, value) => total + Math.exp(value - largest), 0));
}
