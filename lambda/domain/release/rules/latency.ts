import { burstBounds, LATENCY_BURSTS } from '../../statistics/bursts';
import { minuteEvidence } from '../../statistics/minute-evidence';
import { logSum, type Rate } from '../../statistics/rate-evidence';
import { alphaOf } from './alpha-shares';
import {
  type CanaryMinute,
  type CanaryRule,
  inWords,
  judgeEvidence,
  ratePairs,
  totals,
  type VariantMinute,
} from './rule';

/**
 * Latency is compared by counting: if the champion's share of requests above its limit is no smaller than the
 * challenger's share above the limit that is `maximumLatencyRatio` times as high, the challenger is not too
 * slow. The percentiles together decide: the mean of their e-values is an e-value (V. Vovk and R. Wang,
 * Annals of Statistics 49 (2021), p. 1736).
 */
export const latency: CanaryRule = ({ minutes, championBefore = [], latencyLimits }, policy) => {
  const rule = 'latency';
  if (!latencyLimits || latencyLimits.length === 0) {
    const message = 'latency is not compared: the champion had no requests before the release';
    return { rule, verdict: 'promote', message };
  }
  const warm = withoutFirst(minutes);
  const found = latencyLimits.map(({ percentile, champion, challenger }, index) => {
    const slowRate = ({ slow, invocations }: VariantMinute): Rate => ({
      events: slow[index] ?? 0,
      requests: invocations,
    });
    const pairs = ratePairs(warm, slowRate);
    const total = totals(pairs);
    const bursts = burstBounds(ratePairs(championBefore, slowRate), LATENCY_BURSTS);
    return {
      evidence: minuteEvidence(pairs, {
        bursts,
        // What makes all requests slow for a while cannot cancel out where the champion has none.
        alone: { rateOf: worstRate, bursts: { ...bursts, begins: bursts.lasts } },
      }),
      counts: `p${percentile}: challenger took more than ${milliseconds(challenger)} for ${inWords(total.challenger)} requests, champion more than ${milliseconds(champion)} for ${inWords(total.champion)}`,
    };
  });
  const evidence = warm.map(
    (_, minute) =>
      logSum(found.map((one) => one.evidence[minute] as number)) - Math.log(latencyLimits.length),
  );
  const { isWorse, message } = judgeEvidence(evidence, alphaOf('latency', policy));
  return {
    rule,
    verdict: isWorse ? 'rollback' : 'promote',
    message: `${found.map(({ counts }) => counts).join('; ')}: ${message}`,
  };
};

/** In the first minute with requests, caches, connections and compiled code are still cold. */
function withoutFirst(minutes: readonly CanaryMinute[]): readonly CanaryMinute[] {
  return minutes.slice(minutes.findIndex(({ challenger }) => challenger.invocations > 0) + 1);
}

/** Of its worst minute. */
function worstRate(champion: readonly Rate[]): number {
  return Math.max(...champion.map(({ events, requests }) => (events + 1) / (requests + 1)));
}

function milliseconds(micros: number): string {
  return `${Number((micros / 1000).toPrecision(3))} ms`;
}
