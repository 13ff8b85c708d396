import type { CanaryMinute, LatencyLimit, VariantMinute } from '../lambda/domain/canary-rules/rule';
import { normalSurvival, normalUpperQuantile } from '../lambda/domain/special-functions';
import type { Random } from './random';

/** What the challenger is like, against the champion. */
export interface Challenger {
  /** Requests a second, of both. */
  readonly rps: number;
  /** The champion's error rate. */
  readonly base: number;
  /** Challenger's error rate over the champion's. @default 1 */
  readonly errors?: number;
  /** Challenger's latency over the champion's, at every percentile. @default 1 */
  readonly latency?: number;
}

/** Lognormal latencies, whose p95 is 2.3 times the median. */
const LATENCY_SPREAD = 0.5;
const MEDIAN_MICROS = 40_000;
const ORDERS_A_REQUEST = 0.05;
const PERCENTILES = [50, 95, 99];

/** Limits of the champion, and 1.2 times those for the challenger: the default policy. */
export const LATENCY_LIMITS: readonly LatencyLimit[] = PERCENTILES.map((percentile) => {
  const champion = MEDIAN_MICROS * Math.exp(LATENCY_SPREAD * normalUpperQuantile(1 - percentile / 100));
  return { percentile, champion, challenger: 1.2 * champion };
});

/** A minute in which the challenger has a share of the traffic. */
export function drawMinute(random: Random, kind: Challenger, share: number): CanaryMinute {
  const requests = 60 * kind.rps;
  const challenger = random.binomial(requests, share);
  const { base, errors = 1, latency = 1 } = kind;
  return {
    challenger: drawVariant(random, challenger, base * errors, (limit) => limit.challenger / latency),
    champion: drawVariant(random, requests - challenger, base, (limit) => limit.champion),
  };
}

function drawVariant(
  random: Random,
  invocations: number,
  errorRate: number,
  limitOf: (limit: LatencyLimit) => number,
): VariantMinute {
  const above = LATENCY_LIMITS.map((limit) =>
    normalSurvival(Math.log(limitOf(limit) / MEDIAN_MICROS) / LATENCY_SPREAD),
  );
  let slower = invocations;
  const slow = above.map((share, index) => {
    slower = random.binomial(slower, share / (above[index - 1] ?? 1));
    return slower;
  });
  return {
    invocations,
    errors: random.binomial(invocations, Math.min(1, errorRate)),
    slow,
    business: [random.binomial(invocations, ORDERS_A_REQUEST)],
  };
}
