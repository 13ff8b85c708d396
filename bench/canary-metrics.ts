import { mergeFeature, type NumericProfile, profileNumbers } from '../lambda/domain/data/profile';
import { analyseCanary, DEFAULT_CANARY_POLICY } from '../lambda/domain/release/canary-analysis';
import { alphaOf } from '../lambda/domain/release/rules/alpha-shares';
import type { CanaryMinute, CanaryPolicy } from '../lambda/domain/release/rules/rule';
import type { RatePair } from '../lambda/domain/statistics/rate-evidence';
import { predictionShift } from '../lambda/domain/traffic/prediction-shift';
import { type Challenger, drawMinute, LATENCY_LIMITS } from './canary-traffic';
import type { Random } from './random';

const SHARE = 0.1;
/** Of the answers, and how many of those with a label are wrong. */
const LABELLED = 0.2;
const WRONG = 0.1;
const BINS = 16;
const EDGES = Array.from({ length: BINS - 1 }, (_, index) => (index + 1) / BINS);

/** Whatever is significantly worse rolls back, however little it is. */
const NOTHING_TOLERATED: CanaryPolicy = {
  ...DEFAULT_CANARY_POLICY,
  toleratedErrorRateIncrease: -1,
  toleratedQualityDrop: -1,
  maximumPredictionShift: 0,
  business: [{ name: 'Orders', better: 'higher', toleratedChange: -10 }],
};

/** Whether equal versions are rolled back by any rule in half an hour, evaluated every minute. */
export function isRolledBackByAny(random: Random, kind: Challenger): boolean {
  const minutes: CanaryMinute[] = [];
  const labels: ({ readonly minute: number } & RatePair)[] = [];
  let champion = profileNumbers([], EDGES);
  let challenger = champion;
  for (let minute = 1; minute <= 30; minute++) {
    const drawn = drawMinute(random, kind, SHARE);
    minutes.push(drawn);
    const labelled = (variant: keyof RatePair) => {
      const requests = random.binomial(drawn[variant].invocations, LABELLED);
      return { events: random.binomial(requests, WRONG), requests };
    };
    labels.push({ minute, challenger: labelled('challenger'), champion: labelled('champion') });
    champion = mergeFeature('prediction', champion, evenly(random, drawn.champion.invocations));
    challenger = mergeFeature('prediction', challenger, evenly(random, drawn.challenger.invocations));
    const shift = predictionShift(challenger, champion, alphaOf('predictions', NOTHING_TOLERATED));
    if (shift && shift.interval[0] > 0) return true;
  }
  // Evidence of rates stays, so that the last evaluation finds what any earlier one would have found.
  const observation = {
    minutes,
    step: { age: minutes.length, shortest: 60, longest: 60 },
    latencyLimits: LATENCY_LIMITS,
    labels: { quality: { kind: 'classes' as const, firstErrors: [], minutes: labels }, unusable: 0 },
  };
  return analyseCanary(observation, NOTHING_TOLERATED).verdict === 'rollback';
}

/** Answers that fall into all bins alike. */
function evenly(random: Random, rows: number): NumericProfile {
  let left = rows;
  const counts = Array.from({ length: BINS }, (_, bin) => {
    const count = bin === BINS - 1 ? left : random.binomial(left, 1 / (BINS - bin));
    left -= count;
    return count;
  });
  return { ...profileNumbers([], EDGES), counts };
}
