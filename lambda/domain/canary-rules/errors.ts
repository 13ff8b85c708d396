import { BROKEN } from '../rate-evidence';
import { alphaOf } from './alpha-shares';
import { type CanaryRule, compareRates, inWords, ratePairs, shareOf, totals } from './rule';

/** Requests that failed by the model's fault. */
export const errors: CanaryRule = ({ minutes, championBefore, areCopies }, policy) => {
  const pairs = ratePairs(minutes, (minute) => ({ events: minute.errors, requests: minute.invocations }));
  // Without both at the same time, its rate before stands for the champion's, as it does in a bake.
  const before = totals(pairs).champion.requests === 0 ? championBefore : undefined;
  if (before) pairs.unshift({ champion: before, challenger: { events: 0, requests: 0 } });
  const { isWorse, message } = compareRates(pairs, {
    alpha: alphaOf('errors', policy),
    alternatives: BROKEN,
    isSplit: !areCopies,
  });
  const { challenger, champion } = totals(pairs);
  const isTolerated = shareOf(challenger) - shareOf(champion) <= policy.toleratedErrorRateIncrease;
  return {
    rule: 'errors',
    verdict: isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `challenger failed ${inWords(challenger)} requests, champion ${inWords(champion)}${before ? ' in the hours before' : ''}: ${message}${isWorse && isTolerated ? ', but an increase this small is tolerated' : ''}`,
  };
};
