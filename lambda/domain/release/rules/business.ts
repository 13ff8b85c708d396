import { BUSINESS_BURSTS, burstBounds } from '../../statistics/bursts';
import { minuteEvidence } from '../../statistics/minute-evidence';
import { FINE, type RatePair, upperRate } from '../../statistics/rate-evidence';
import { alphaOf, splitAlpha } from './alpha-shares';
import {
  type BusinessMetric,
  type CanaryPolicy,
  type CanaryRule,
  inWords,
  judgeEvidence,
  ratePairs,
  shareOf,
  sumOf,
  totals,
  type VariantMinute,
} from './rule';

/**
 * Counts that matter to the user, per request. They come in bursts, so that minutes are compared, and not
 * requests.
 */
export const business: CanaryRule = ({ minutes, championBefore = [] }, policy) => {
  if (policy.business.length === 0) return undefined;
  const found = policy.business.map((metric, index) => {
    const rateOf = ({ business: sums, invocations: requests }: VariantMinute) => ({
      events: sums[index] ?? 0,
      requests,
    });
    return compare(
      metric,
      { during: ratePairs(minutes, rateOf), before: ratePairs(championBefore, rateOf) },
      policy,
    );
  });
  const worse = found.filter(({ isWorse }) => isWorse);
  const told = worse.length > 0 ? worse : found;
  return {
    rule: 'business',
    verdict: worse.length > 0 ? 'rollback' : 'promote',
    message: told.map(({ message }) => message).join('; '),
  };
};

interface Compared {
  readonly during: readonly RatePair[];
  /** The champion in both roles. */
  readonly before: readonly RatePair[];
}

function compare(metric: BusinessMetric, { during, before }: Compared, policy: CanaryPolicy) {
  const { challenger, champion } = totals(during);
  // Too few of what is good is too many of it at the other.
  const directed =
    metric.better === 'lower'
      ? during
      : during.map((pair) => ({ challenger: pair.champion, champion: pair.challenger }));
  const alpha = splitAlpha(alphaOf('business', policy) / policy.business.length);
  const bursts = burstBounds(before, BUSINESS_BURSTS, FINE);
  const verdict = judgeEvidence(
    minuteEvidence(directed, {
      bursts,
      alternatives: FINE,
      alone: {
        bursts,
        rateOf: (earlier) => upperRate(sumOf(earlier), alpha.bound),
      },
    }),
    alpha.evidence,
  );
  const increase = shareOf(challenger) - shareOf(champion);
  const change = metric.better === 'lower' ? increase : -increase;
  const isTolerated = change <= metric.toleratedChange * shareOf(champion);
  return {
    isWorse: verdict.isWorse && !isTolerated,
    message: `${metric.name}: challenger ${inWords(challenger)}, champion ${inWords(champion)}: ${verdict.message}${verdict.isWorse && isTolerated ? ', but a change this small is tolerated' : ''}`,
  };
}
