import { burstBounds, ERROR_BURSTS } from '../../statistics/bursts';
import { minuteEvidence } from '../../statistics/minute-evidence';
import { type Rate, type RatePair, upperRate } from '../../statistics/rate-evidence';
import { alphaOf, splitAlpha } from './alpha-shares';
import {
  type CanaryRule,
  inWords,
  judgeEvidence,
  ratePairs,
  shareOf,
  sumOf,
  totals,
  type VariantMinute,
} from './rule';

/** Requests that failed because of the model. */
export const errors: CanaryRule = ({ minutes, championBefore = [] }, policy) => {
  const during = ratePairs(minutes, errorRate);
  const before = ratePairs(championBefore, errorRate);
  const alpha = splitAlpha(alphaOf('errors', policy));
  // Without both at the same time, its rate before stands for the champion's, as it does in a bake.
  const isAlone = totals(during).champion.requests === 0 && totals(before).champion.requests > 0;
  const pairs = isAlone ? [...before.map(championOnly), ...during] : during;
  const bursts = burstBounds(before, ERROR_BURSTS);
  const { isWorse, message } = judgeEvidence(
    minuteEvidence(pairs, {
      bursts,
      alone: {
        bursts,
        rateOf: (champion) => upperRate(sumOf(champion), alpha.bound),
      },
    }),
    alpha.evidence,
  );
  const { challenger, champion } = totals(pairs);
  const isTolerated = shareOf(challenger) - shareOf(champion) <= policy.toleratedErrorRateIncrease;
  return {
    rule: 'errors',
    verdict: isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `challenger failed ${inWords(challenger)} requests, champion ${inWords(champion)}${isAlone ? ' in the hours before' : ''}: ${message}${isWorse && isTolerated ? ', but an increase this small is tolerated' : ''}`,
  };
};

function errorRate({ errors: events, invocations: requests }: VariantMinute): Rate {
  return { events, requests };
}

function championOnly({ champion }: RatePair): RatePair {
  return { champion, challenger: { events: 0, requests: 0 } };
}
