import { type Alternative, BROKEN, logRatioTogether, logSum, type RatePair } from './rate-evidence';

/**
 * How often a variant has bad minutes by chance: a cold cache, a noisy neighbor, garbage collection, an
 * instance that fails.
 */
export interface BurstBounds {
  /** Probability that a minute after a good one is bad. */
  readonly begins: number;
  /** Probability that a minute after a bad one is bad, too. */
  readonly lasts: number;
}

/**
 * What is assumed before any minute is known, as minutes that were seen: `bad` of `all`, after a good and
 * after a bad minute.
 */
export interface BurstPrior {
  readonly begins: { readonly bad: number; readonly all: number };
  readonly lasts: { readonly bad: number; readonly all: number };
}

/**
 * Without a history, one minute in 100 begins a burst of failures, which goes on after every third bad
 * minute.
 */
export const ERROR_BURSTS: BurstPrior = { begins: { bad: 1, all: 100 }, lasts: { bad: 1, all: 3 } };

/** Slow minutes are more frequent and last longer. */
export const LATENCY_BURSTS: BurstPrior = { begins: { bad: 1, all: 40 }, lasts: { bad: 1, all: 2 } };

/**
 * Orders come in bursts, too: campaigns, bots, a customer who tries again and again. Assumed as often as
 * those of failures.
 */
export const BUSINESS_BURSTS: BurstPrior = ERROR_BURSTS;

/**
 * Wrong answers: an instance with features of yesterday, a customer whose rows are all hard, a batch of
 * labels that is wrong. Assumed as often as failures. Labels of the hours before a release are not read, so
 * that no history makes them rarer.
 */
export const QUALITY_BURSTS: BurstPrior = ERROR_BURSTS;

/** Odds of a minute from which on it is bad. */
const BAD = Math.log(10);

/**
 * How often a version that is as good as the champion has bad minutes: the champion's own, as the
 * challenger's, against others of its minutes, half of the history apart. So the difference of two minutes of
 * one version is the measure, and bursts that last stay in a row. It is a Markov chain of good and bad
 * minutes, with the mean of the beta distribution of each transition (P. Billingsley, Annals of Mathematical
 * Statistics 32 (1961), p. 12). Shocks that hit whatever runs at the time count as well, although they cancel
 * out in a comparison of the same minute: that errs on the safe side.
 *
 * @param history minutes of the champion, oldest first, in both roles
 */
export function burstBounds(
  history: readonly RatePair[],
  prior: BurstPrior,
  alternatives: readonly Alternative[] = BROKEN,
): BurstBounds {
  const after = { good: { ...prior.begins }, bad: { ...prior.lasts } };
  let previous: 'good' | 'bad' = 'good';
  for (const [index, { challenger }] of history.entries()) {
    const { champion } = history[(index + Math.floor(history.length / 2)) % history.length] as RatePair;
    const worst = { ...challenger, events: challenger.requests };
    // Too few requests to be bad say nothing about bursts.
    if (
      champion.requests === 0 ||
      !isBad(logRatios({ challenger: worst, champion }, alternatives), alternatives)
    )
      continue;
    const bad = isBad(logRatios({ challenger, champion }, alternatives), alternatives);
    after[previous].all++;
    if (bad) after[previous].bad++;
    previous = bad ? 'bad' : 'good';
  }
  const begins = after.good.bad / after.good.all;
  return { begins, lasts: Math.max(begins, after.bad.bad / after.bad.all) };
}

/** Whether a minute is bad by its log likelihood ratios, one for each alternative. */
export function isBad(ratios: readonly number[], alternatives: readonly Alternative[]): boolean {
  return logSum(ratios.map((value, index) => value + Math.log(alternatives[index]?.weight ?? 0))) >= BAD;
}

function logRatios(minute: RatePair, alternatives: readonly Alternative[]): number[] {
  return alternatives.map(({ ratio }) => logRatioTogether(minute.challenger.events, minute, ratio));
}
