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

/** How many times as often the challenger may fail. */
const RATIOS = [1.5, 2, 3, 5, 10];

/**
 * Evidence that something happens to the challenger's requests more often than to the champion's: the logarithm of the
 * largest e-value so far. It may be looked at after every stretch: if the challenger is no worse, the probability that it
 * ever reaches log(1 / alpha) is at most alpha (J. Ville 1939; G. Shafer, JRSS A 184 (2021), p. 407; V. Vovk and R. Wang,
 * Annals of Statistics 49 (2021), p. 1736).
 *
 * Given how many events a stretch had, and with equal rates, the challenger's number is hypergeometric, whatever the rate
 * and however it changes over time. The likelihood ratio of A. Wald (Annals of Mathematical Statistics 16 (1945), p. 117)
 * for a rate that is `ratio` times as high is taken with the binomial distribution in its place: that is valid, since it
 * is convex in the number of events (W. Hoeffding, JASA 58 (1963), theorem 4).
 *
 * Where the champion has no requests, as while a release bakes, its rate before stands for it, by an upper bound that holds
 * with probability 1 - `boundAlpha`; that error is to be added.
 *
 * @param ratios the alternatives that the evidence is averaged over: how many times as often it happens to the challenger
 */
export function rateEvidence(
  stretches: readonly RatePair[],
  boundAlpha: number,
  ratios: readonly number[] = RATIOS,
): number {
  const evidence = ratios.map(() => 0);
  const before = { events: 0, requests: 0 };
  let largest = 0;
  for (const { challenger, champion } of stretches) {
    before.events += champion.events;
    before.requests += champion.requests;
    const alone = champion.requests === 0;
    if (challenger.requests === 0 || (alone && before.requests === 0)) continue;
    const highestRate = alone ? poissonUpperBound(before.events, boundAlpha) / before.requests : 0;
    ratios.forEach((ratio, index) => {
      evidence[index] =
        (evidence[index] as number) +
        (alone
          ? logRatioAlone(challenger, highestRate, ratio)
          : logRatioTogether(challenger, champion, ratio));
    });
    largest = Math.max(largest, logMean(evidence));
  }
  return largest;
}

/** With a share s of the requests, an event is the challenger's with probability s, or r s / (r s + 1 - s). */
function logRatioTogether(challenger: Rate, champion: Rate, ratio: number): number {
  const share = challenger.requests / (challenger.requests + champion.requests);
  const events = challenger.events + champion.events;
  return challenger.events * Math.log(ratio) - events * Math.log1p((ratio - 1) * share);
}

/** Of Poisson distributions with the highest rate and `ratio` times that; fewer events than that make it smaller. */
function logRatioAlone({ events, requests }: Rate, highestRate: number, ratio: number): number {
  return events * Math.log(ratio) - (ratio - 1) * highestRate * requests;
}

function logMean(logarithms: readonly number[]): number {
  const largest = Math.max(...logarithms);
  const sum = logarithms.reduce((total, value) => total + Math.exp(value - largest), 0);
  return largest + Math.log(sum / logarithms.length);
}
