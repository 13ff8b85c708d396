import { type BurstBounds, isBad } from './bursts';
import {
  type Alternative,
  BROKEN,
  logRatioAlone,
  logRatioTogether,
  logSum,
  type Rate,
  type RatePair,
} from './rate-evidence';

export interface MinuteEvidenceProps {
  readonly bursts: BurstBounds;
  /** Those of the bounds. @default BROKEN */
  readonly alternatives?: readonly Alternative[];
  /** While the champion has no requests. @default - such minutes are no evidence */
  readonly alone?: {
    /** The rate that stands for it, by its minutes so far. */
    readonly rateOf: (champion: readonly Rate[]) => number;
    readonly bursts: BurstBounds;
  };
}

/**
 * A minute counts for at most this many times as much evidence: three bets, since little traffic cannot reach
 * much.
 */
const CAPS = [3, 30, 300];

/**
 * The share of the stake that is bet in the first minute, and the share of the rest that is bet in a later
 * one.
 */
const FIRST_STAKE = 0.6;
const laterStake = (minute: number) => 1 / (minute + 9);

/**
 * Evidence, after each minute, that something happens to the challenger's requests more often than to the
 * champion's: logarithms of e-values. They may be evaluated after every minute: if the challenger is no
 * worse, the probability that they ever reach log(1 / alpha) is at most alpha (J. Ville 1939; G. Shafer, JRSS
 * A 184 (2021), p. 407; V. Vovk and R. Wang, Annals of Statistics 49 (2021), p. 1736). The unit is the
 * minute: requests of one minute may have anything in common.
 *
 * A burst of the challenger's may do anything to a minute. It has the probability p = `begins`, or `lasts`
 * after a bad minute. The likelihood ratio X of the minute is therefore capped at c and divided by 1 - p + p
 * c, which is at least its mean, whatever happens in a burst: the censored likelihood ratio of P. J. Huber
 * (Annals of Mathematical Statistics 36 (1965), p. 1753), as an e-value (A. Saha and A. Ramdas,
 * arXiv:2408.14015, 2024). What hits both in the same minute cancels out. The product is a test
 * supermartingale, so that it may be evaluated after every minute. What the cap leaves unused is given away:
 * to raise X until its capped mean is 1 again would rest on independent requests in the minutes without
 * bursts.
 *
 * Good minutes cost what insures against bursts. A part of the stake is therefore bet later, so that a
 * challenger that turns bad later is found, too: a mixture over the minute in which that happens, as in
 * e-detectors (J. Shin, A. Ramdas and A. Rinaldo, New England Journal of Statistics in Data Science 2 (2024),
 * p. 229).
 *
 * Where the champion has no requests, as while a release bakes, a rate from before stands for it.
 */
export function minuteEvidence(minutes: readonly RatePair[], props: MinuteEvidenceProps): number[] {
  const { alternatives = BROKEN, alone } = props;
  const weights = alternatives.flatMap(({ weight }) => CAPS.map(() => weight / CAPS.length));
  let bets = weights.map(() => Number.NEGATIVE_INFINITY);
  let rest = 1;
  let bet = 0;
  const championBefore: Rate[] = [];
  /** Kept while nothing comes from the champion. */
  let aloneRate: number | undefined;
  let wasBad = false;
  return minutes.map((minute) => {
    const { challenger, champion } = minute;
    if (champion.requests > 0) {
      championBefore.push(champion);
      aloneRate = undefined;
    }
    const isCompared = champion.requests > 0 || (alone && championBefore.length > 0);
    if (challenger.requests > 0 && isCompared) {
      if (champion.requests === 0) aloneRate ??= alone?.rateOf(championBefore);
      const ratios = alternatives.map(({ ratio }) =>
        aloneRate === undefined
          ? logRatioTogether(challenger.events, minute, ratio)
          : logRatioAlone(challenger, aloneRate, ratio),
      );
      const staked = rest * (bet === 0 ? FIRST_STAKE : laterStake(bet));
      rest -= staked;
      bet++;
      bets = bets.map((value, index) => logSum([value, Math.log(staked * (weights[index] as number))]));
      const bursts = aloneRate === undefined ? props.bursts : (alone?.bursts ?? props.bursts);
      const burst = wasBad ? bursts.lasts : bursts.begins;
      bets = bets.map((value, index) => {
        const cap = CAPS[index % CAPS.length] as number;
        const ratio = ratios[Math.floor(index / CAPS.length)] as number;
        return value + Math.min(ratio, Math.log(cap)) - Math.log(1 - burst + burst * cap);
      });
      wasBad = isBad(ratios, alternatives);
    }
    return logSum([...bets, Math.log(rest)]);
  });
}
