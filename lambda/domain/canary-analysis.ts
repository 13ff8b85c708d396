import { logGamma } from './special-functions';

/** What one variant did in the minutes under analysis. */
export interface VariantStatistics {
  readonly invocations: number;
  /** Invocations that failed by the model's fault (5xx). */
  readonly errors: number;
  /** 95th percentile of the model latency, in microseconds; undefined while the metric is not there. */
  readonly latencyP95Micros?: number;
}

export interface CanaryPolicy {
  /** Invocations that each variant needs before its latency counts and the challenger may go on. */
  readonly minimumInvocations: number;
  /** Probability of rolling back a challenger that fails no more often than the champion. */
  readonly alpha: number;
  /** Increase of the error rate that is too small to roll back for, however sure it is. */
  readonly toleratedErrorRateIncrease: number;
  /** Challenger's latency over the champion's, at most. */
  readonly maximumLatencyRatio: number;
  /** Increase of the latency, in microseconds, that is too small to roll back for, whatever its ratio. */
  readonly toleratedLatencyIncreaseMicros: number;
}

export const DEFAULT_CANARY_POLICY: CanaryPolicy = {
  minimumInvocations: 100,
  alpha: 0.01,
  toleratedErrorRateIncrease: 0.005,
  maximumLatencyRatio: 1.5,
  toleratedLatencyIncreaseMicros: 10_000,
};

export interface CanaryReason {
  readonly rule: 'statistics' | 'error-rate' | 'invocations' | 'latency';
  /** What this rule alone asks for. */
  readonly verdict: 'promote' | 'hold' | 'rollback';
  readonly message: string;
}

export interface CanaryDecision {
  /** `promote`: take the next step. `hold`: wait and look again. `rollback`: the champion takes all traffic. */
  readonly verdict: 'promote' | 'hold' | 'rollback';
  /** One for each rule; the most cautious decides. */
  readonly reasons: readonly CanaryReason[];
}

/**
 * Compares challenger and champion over the same minutes. Statistics that cannot be right hold the release.
 *
 * @param policy defaults to {@link DEFAULT_CANARY_POLICY}, field by field
 */
export function analyseCanary(request: {
  readonly champion: VariantStatistics;
  readonly challenger: VariantStatistics;
  readonly policy?: Partial<CanaryPolicy>;
}): CanaryDecision {
  const { champion, challenger } = request;
  const policy = { ...DEFAULT_CANARY_POLICY, ...request.policy };
  if (!isPlausible(champion) || !isPlausible(challenger)) {
    const message = `statistics cannot be right: champion ${JSON.stringify(champion)}, challenger ${JSON.stringify(challenger)}`;
    return { verdict: 'hold', reasons: [{ rule: 'statistics', verdict: 'hold', message }] };
  }
  const reasons = [errorRate, invocations, latency].map((rule) => rule(champion, challenger, policy));
  const verdict = (['rollback', 'hold'] as const).find((v) => reasons.some((reason) => reason.verdict === v));
  return { verdict: verdict ?? 'promote', reasons };
}

type CanaryRule = (
  champion: VariantStatistics,
  challenger: VariantStatistics,
  policy: CanaryPolicy,
) => CanaryReason;

// The test is exact, so it needs no minimum: ten failures in ten requests are enough.
const errorRate: CanaryRule = (champion, challenger, policy) => {
  const increase = rateOf(challenger) - rateOf(champion);
  const pValue = fisherGreater(challenger, champion);
  const worse = pValue < policy.alpha && increase > policy.toleratedErrorRateIncrease;
  const message = `challenger failed ${challenger.errors} of ${challenger.invocations} requests, champion ${champion.errors} of ${champion.invocations}: p = ${pValue.toPrecision(3)}, alpha = ${policy.alpha}`;
  return { rule: 'error-rate', verdict: worse ? 'rollback' : 'promote', message };
};

const invocations: CanaryRule = (champion, challenger, { minimumInvocations }) => {
  const enough = Math.min(champion.invocations, challenger.invocations) >= minimumInvocations;
  const message = `challenger had ${challenger.invocations} requests, champion ${champion.invocations}; each needs ${minimumInvocations}`;
  return { rule: 'invocations', verdict: enough ? 'promote' : 'hold', message };
};

const latency: CanaryRule = (champion, challenger, policy) => {
  const { maximumLatencyRatio, toleratedLatencyIncreaseMicros, minimumInvocations } = policy;
  const rule = 'latency';
  const [before, after] = [champion.latencyP95Micros, challenger.latencyP95Micros];
  if (before === undefined || after === undefined) {
    return { rule, verdict: 'hold', message: 'the p95 latency of a variant is not known yet' };
  }
  const slow = after > before * maximumLatencyRatio && after - before > toleratedLatencyIncreaseMicros;
  const message = `challenger's p95 latency is ${after} us, champion's ${before} us; the ratio may be ${maximumLatencyRatio}, the increase ${toleratedLatencyIncreaseMicros} us`;
  if (!slow) return { rule, verdict: 'promote', message };
  const enough = Math.min(champion.invocations, challenger.invocations) >= minimumInvocations;
  return { rule, verdict: enough ? 'rollback' : 'hold', message };
};

function isPlausible({ invocations, errors, latencyP95Micros }: VariantStatistics): boolean {
  const isCount = (value: number) => Number.isInteger(value) && value >= 0;
  const isLatency = latencyP95Micros === undefined || (latencyP95Micros >= 0 && latencyP95Micros < Infinity);
  return isCount(invocations) && isCount(errors) && errors <= invocations && isLatency;
}

function rateOf({ errors, invocations }: VariantStatistics): number {
  return invocations === 0 ? 0 : errors / invocations;
}

/**
 * Fisher's exact test, one-sided: the probability of at least so many of all errors among a's invocations if
 * errors do not care which variant answers (hypergeometric; R. A. Fisher, JRSS 98 (1935), p. 39).
 */
function fisherGreater(a: VariantStatistics, b: VariantStatistics): number {
  const errors = a.errors + b.errors;
  const all = logChoose(a.invocations + b.invocations, errors);
  let probability = 0;
  for (let k = a.errors; k <= Math.min(errors, a.invocations); k++) {
    if (errors - k > b.invocations) continue;
    probability += Math.exp(logChoose(a.invocations, k) + logChoose(b.invocations, errors - k) - all);
  }
  return Math.min(1, probability);
}

function logChoose(n: number, k: number): number {
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
