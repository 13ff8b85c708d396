import { BROKEN } from '../rate-evidence';
import { alphaOf } from './alpha-shares';
import { type CanaryRule, compareRates, inWords, ratePairs, totals } from './rule';

/**
 * Latency is compared by counting: if the champion's share of requests above its limit is no smaller than the challenger's
 * share above the limit that is `maximumLatencyRatio` times as high, the challenger is not too slow.
 */
export const latency: CanaryRule = ({ minutes, latencyLimits, areCopies }, policy) => {
  const rule = 'latency';
  if (!latencyLimits) {
    const message = 'latency is not compared: the champion had no requests before the release';
    return { rule, verdict: 'promote', message };
  }
  const found = latencyLimits.map((limit, index) => {
    const pairs = ratePairs(minutes, ({ slow, invocations }) => ({
      events: slow[index] ?? 0,
      requests: invocations,
    }));
    const { isWorse, message } = compareRates(pairs, {
      alpha: alphaOf('latency', policy) / latencyLimits.length,
      alternatives: BROKEN,
      isSplit: !areCopies,
    });
    const { challenger, champion } = totals(pairs);
    return {
      isWorse,
      message: `p${limit.percentile}: challenger took more than ${milliseconds(limit.challenger)} for ${inWords(challenger)} requests, champion more than ${milliseconds(limit.champion)} for ${inWords(champion)}: ${message}`,
    };
  });
  const worse = found.filter(({ isWorse }) => isWorse);
  const told = worse.length > 0 ? worse : found;
  return {
    rule,
    verdict: worse.length > 0 ? 'rollback' : 'promote',
    message: told.map(({ message }) => message).join('; '),
  };
};

function milliseconds(micros: number): string {
  return `${Number((micros / 1000).toPrecision(3))} ms`;
}
