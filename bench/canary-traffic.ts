import type { CanaryMinute, LatencyLimit, VariantMinute } from '../lambda/domain/release/rules/rule';
import { normalSurvival, normalUpperQuantile } from '../lambda/domain/statistics/special-functions';
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
  /** Challenger's orders a request over the champion's. @default 1 */
  readonly orders?: number;
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

/** What befalls a variant for a minute. */
export interface Shock {
  /** Factor of the latency of all its requests. */
  readonly latency: number;
  /** Share of its requests that meet a bad instance. */
  readonly share: number;
  /** Factor of the latency of those. */
  readonly slower: number;
  /** Probability that one of those fails. */
  readonly failing: number;
  /** Factor of its orders. */
  readonly orders: number;
  /** Probability that the answer to one of the requests above is wrong for that reason. */
  readonly wrong: number;
}

export const CALM: Shock = { latency: 1, share: 0, slower: 1, failing: 0, orders: 1, wrong: 0 };

/** What befalls both variants in the same minute. */
export interface Shocks {
  readonly champion: Shock;
  readonly challenger: Shock;
}

/** A minute in which the challenger has a share of the traffic. */
export function drawMinute(
  random: Random,
  kind: Challenger,
  share: number,
  shocks: Shocks = { champion: CALM, challenger: CALM },
): CanaryMinute {
  const requests = 60 * kind.rps;
  const challenger = random.binomial(requests, share);
  const { base, errors = 1, latency = 1, orders = 1 } = kind;
  const worse = {
    ...shocks.challenger,
    latency: shocks.challenger.latency * latency,
    orders: shocks.challenger.orders * orders,
  };
  return {
    challenger: drawVariant(random, challenger, base * errors, 'challenger', worse),
    champion: drawVariant(random, requests - challenger, base, 'champion', shocks.champion),
  };
}

/** A minute of the champion alone, in both roles. */
export function drawChampionMinute(
  random: Random,
  { rps, base }: Challenger,
  shock: Shock = CALM,
): CanaryMinute {
  return {
    champion: drawVariant(random, 60 * rps, base, 'champion', shock),
    challenger: drawVariant(random, 60 * rps, base, 'challenger', shock),
  };
}

function drawVariant(
  random: Random,
  invocations: number,
  errorRate: number,
  limits: 'champion' | 'challenger',
  { latency, share, slower, failing, orders }: Shock,
): VariantMinute {
  const above = LATENCY_LIMITS.map(
    (limit) =>
      (1 - share) * shareAbove(limit[limits] / latency) +
      share * shareAbove(limit[limits] / latency / slower),
  );
  let left = invocations;
  const slow = above.map((probability, index) => {
    left = random.binomial(left, Math.min(1, probability / (above[index - 1] ?? 1)));
    return left;
  });
  const failed = 1 - (1 - Math.min(1, errorRate)) * (1 - share * failing);
  return {
    invocations,
    errors: random.binomial(invocations, failed),
    slow,
    business: [random.binomial(invocations, ORDERS_A_REQUEST * orders)],
  };
}

/** To a hundredth of the spread, since a bench asks a million times. */
function shareAbove(micros: number): number {
  const z = Math.round((100 * Math.log(micros / MEDIAN_MICROS)) / LATENCY_SPREAD) / 100;
  const known = SHARES.get(z) ?? normalSurvival(z);
  SHARES.set(z, known);
  return known;
}

const SHARES = new Map<number, number>();
