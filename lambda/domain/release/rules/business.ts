import { FINE, type RatePair } from '../../statistics/rate-evidence';
import { alphaOf } from './alpha-shares';
import {
  type BusinessMetric,
  type CanaryPolicy,
  type CanaryRule,
  compareRates,
  inWords,
  ratePairs,
  shareOf,
  totals,
} from './rule';

/** Counts that matter to the user, per request. */
export const business: CanaryRule = ({ minutes }, policy) => {
  if (policy.business.length === 0) return undefined;
  const found = policy.business.map((metric, index) => {
    const pairs = ratePairs(minutes, (minute) => ({
      events: minute.business[index] ?? 0,
      requests: minute.invocations,
    }));
    return compare(metric, pairs, policy);
  });
  const worse = found.filter(({ isWorse }) => isWorse);
  const told = worse.length > 0 ? worse : found;
  return {
    rule: 'business',
    verdict: worse.length > 0 ? 'rollback' : 'promote',
    message: told.map(({ message }) => message).join('; '),
  };
};

function compare(metric: BusinessMetric, pairs: readonly RatePair[], policy: CanaryPolicy) {
  const { challenger, champion } = totals(pairs);
  // Too few of what is good is too many of it at the other.
  const directed =
    metric.better === 'lower'
      ? pairs
      : pairs.map((pair) => ({ challenger: pair.champion, champion: pair.challenger }));
  const surely = compareRates(directed, {
    alpha: alphaOf('business', policy) / policy.business.length,
    alternatives: FINE,
    isSplit: false,
  });
  const increase = shareOf(challenger) - shareOf(champion);
  const change = metric.better === 'lower' ? increase : -increase;
  const isTolerated = change <= metric.toleratedChange * shareOf(champion);
  return {
    isWorse: surely.isWorse && !isTolerated,
    message: `${metric.name}: challenger ${inWords(challenger)}, champion ${inWords(champion)}: ${surely.message}${surely.isWorse && isTolerated ? ', but a change this small is tolerated' : ''}`,
  };
}
