import { type CanaryRule, compareRates, inWords, ratePairs, SHARES_OF_ALPHA, shareOf, totals } from './rule';

/** Requests that failed by the model's fault. */
export const errors: CanaryRule = ({ minutes }, policy) => {
  const pairs = ratePairs(minutes, (minute) => ({ events: minute.errors, requests: minute.invocations }));
  const { isWorse, message } = compareRates(pairs, policy, SHARES_OF_ALPHA.errors);
  const { challenger, champion } = totals(pairs);
  const isTolerated = shareOf(challenger) - shareOf(champion) <= policy.toleratedErrorRateIncrease;
  return {
    rule: 'errors',
    verdict: isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `challenger failed ${inWords(challenger)} requests, champion ${inWords(champion)}: ${message}${isWorse && isTolerated ? ', but an increase this small is tolerated' : ''}`,
  };
};
