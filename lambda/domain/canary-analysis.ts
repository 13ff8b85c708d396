import { type Rate, rateEvidence } from './rate-evidence';

/** What one variant did in one minute. */
export interface VariantMinute {
  readonly invocations: number;
  /** Invocations that failed by the model's fault (5xx). */
  readonly errors: number;
  /** Invocations that took longer than each of the latency limits. */
  readonly slow: readonly number[];
}

/** The same minute of both variants. */
export interface CanaryMinute {
  readonly champion: VariantMinute;
  readonly challenger: VariantMinute;
}

/** A latency of the champion before the release, in microseconds, and what it allows the challenger. */
export interface LatencyLimit {
  /** Percentile, such as 95. */
  readonly percentile: number;
  readonly champion: number;
  readonly challenger: number;
}

export interface CanaryPolicy {
  /** Probability that a challenger which is no worse is ever rolled back in a release, by any rule at any look. */
  readonly alpha: number;
  /** Invocations in a step that each variant with traffic needs before the next step. */
  readonly minimumInvocations: number;
  /** Increase of the error rate that is too small to roll back for, however sure it is. */
  readonly toleratedErrorRateIncrease: number;
  /** Challenger's latency over the champion's, at most, at each percentile. */
  readonly maximumLatencyRatio: number;
  /** Increase of the latency, in microseconds, that is too small to roll back for, whatever its ratio. */
  readonly toleratedLatencyIncreaseMicros: number;
}

export const DEFAULT_CANARY_POLICY: CanaryPolicy = {
  alpha: 0.05,
  minimumInvocations: 100,
  toleratedErrorRateIncrease: 0.001,
  maximumLatencyRatio: 1.2,
  toleratedLatencyIncreaseMicros: 10_000,
};

/** Where in its release a challenger is. */
export interface CanaryStep {
  /** Complete minutes since the step began. */
  readonly age: number;
  /** Minutes that it lasts at least. */
  readonly shortest: number;
  /** Minutes after which too little traffic ends it. */
  readonly longest: number;
}

export interface CanaryObservation {
  /** Since the challenger first had traffic, oldest first; the last `step.age` of them are those of the step. */
  readonly minutes: readonly CanaryMinute[];
  readonly step: CanaryStep;
  /** In the order of {@link VariantMinute.slow}; undefined if the champion had no requests before the release. */
  readonly latencyLimits?: readonly LatencyLimit[];
  /** Defaults to {@link DEFAULT_CANARY_POLICY}, field by field. */
  readonly policy?: Partial<CanaryPolicy>;
}

/**
 * `promote`: take the next step. `hold`: go on and look again. `rollback`: the champion takes all traffic.
 * `inconclusive`: there was too little traffic for too long.
 */
export type CanaryVerdict = 'promote' | 'hold' | 'rollback' | 'inconclusive';

export interface CanaryReason {
  readonly rule: 'errors' | 'latency' | 'traffic' | 'duration';
  /** What this rule alone asks for. */
  readonly verdict: CanaryVerdict;
  readonly message: string;
}

export interface CanaryDecision {
  readonly verdict: CanaryVerdict;
  /** One for each rule; the most cautious decides. */
  readonly reasons: readonly CanaryReason[];
}

/** Shares of alpha. Errors hurt most and are the rarest, so that they get the most. */
const SHARES = { errors: 0.8, latency: 0.15, bounds: 0.05 };
const MOST_CAUTIOUS = ['rollback', 'inconclusive', 'hold'] as const;

/**
 * Compares challenger and champion over the same minutes. It may look after every minute: the probability of rolling back
 * a challenger that is no worse stays at alpha for the whole release (see {@link rateEvidence}).
 *
 * A latency is compared by counting: if the champion's share of requests above its limit is no smaller than the
 * challenger's share above the limit that is `maximumLatencyRatio` times as high, the challenger is not too slow.
 */
export function analyseCanary(observation: CanaryObservation): CanaryDecision {
  const policy = { ...DEFAULT_CANARY_POLICY, ...observation.policy };
  const reasons = [
    errors(observation.minutes, policy),
    latency(observation, policy),
    traffic(observation, policy),
    duration(observation.step),
  ];
  const verdict = MOST_CAUTIOUS.find((one) => reasons.some((reason) => reason.verdict === one));
  return { verdict: verdict ?? 'promote', reasons };
}

function errors(minutes: readonly CanaryMinute[], policy: CanaryPolicy): CanaryReason {
  const rates = (['challenger', 'champion'] as const).map((variant) =>
    total(minutes.map((minute) => rateOf(minute[variant]))),
  ) as [Rate, Rate];
  const pairs = minutes.map(({ challenger, champion }) => ({
    challenger: rateOf(challenger),
    champion: rateOf(champion),
  }));
  const verdict = isSurelyWorse(pairs, policy, SHARES.errors);
  const increase = share(rates[0]) - share(rates[1]);
  const isTolerated = increase <= policy.toleratedErrorRateIncrease;
  const [ofChallenger, ofChampion] = rates.map(inWords);
  return {
    rule: 'errors',
    verdict: verdict.isWorse && !isTolerated ? 'rollback' : 'promote',
    message: `challenger failed ${ofChallenger} requests, champion ${ofChampion}: ${verdict.message}${verdict.isWorse && isTolerated ? ', but an increase this small is tolerated' : ''}`,
  };
}

function latency({ minutes, latencyLimits }: CanaryObservation, policy: CanaryPolicy): CanaryReason {
  const rule = 'latency';
  if (!latencyLimits) {
    const message = 'latency is not compared: the champion had no requests before the release';
    return { rule, verdict: 'promote', message };
  }
  const found = latencyLimits.map((limit, index) => {
    const slow = ({ invocations, slow }: VariantMinute) => ({
      events: slow[index] ?? 0,
      requests: invocations,
    });
    const pairs = minutes.map(({ challenger, champion }) => ({
      challenger: slow(challenger),
      champion: slow(champion),
    }));
    const { isWorse, message } = isSurelyWorse(pairs, policy, SHARES.latency / latencyLimits.length);
    const [ofChallenger, ofChampion] = (['challenger', 'champion'] as const).map((variant) =>
      inWords(total(pairs.map((pair) => pair[variant]))),
    );
    return {
      isWorse,
      message: `p${limit.percentile}: challenger took more than ${milliseconds(limit.challenger)} for ${ofChallenger} requests, champion more than ${milliseconds(limit.champion)} for ${ofChampion}: ${message}`,
    };
  });
  const worse = found.filter(({ isWorse }) => isWorse);
  const told = worse.length > 0 ? worse : found;
  return {
    rule,
    verdict: worse.length > 0 ? 'rollback' : 'promote',
    message: told.map(({ message }) => message).join('; '),
  };
}

function traffic({ minutes, step }: CanaryObservation, { minimumInvocations }: CanaryPolicy): CanaryReason {
  const ofStep = minutes.slice(Math.max(0, minutes.length - step.age));
  const [challenger, champion] = (['challenger', 'champion'] as const).map((variant) =>
    ofStep.reduce((sum, minute) => sum + minute[variant].invocations, 0),
  ) as [number, number];
  // While a release bakes, the champion has no traffic by intention.
  const enough = challenger >= minimumInvocations && (champion === 0 || champion >= minimumInvocations);
  const message = `in this step the challenger had ${challenger} requests, the champion ${champion}; ${minimumInvocations} are needed`;
  if (enough) return { rule: 'traffic', verdict: 'promote', message };
  return { rule: 'traffic', verdict: step.age < step.longest ? 'hold' : 'inconclusive', message };
}

function duration({ age, shortest }: CanaryStep): CanaryReason {
  const message = `the step has lasted ${age} of ${shortest} minutes`;
  return { rule: 'duration', verdict: age < shortest ? 'hold' : 'promote', message };
}

function isSurelyWorse(
  pairs: readonly { readonly challenger: Rate; readonly champion: Rate }[],
  { alpha }: CanaryPolicy,
  shareOfAlpha: number,
): { isWorse: boolean; message: string } {
  const boundAlpha = alpha * SHARES.bounds * shareOfAlpha;
  const evidence = rateEvidence(pairs, boundAlpha);
  const needed = -Math.log(alpha * shareOfAlpha);
  const isWorse = evidence >= needed;
  return {
    isWorse,
    message: `evidence ${odds(evidence)} that this is more, ${odds(needed)} rolls back`,
  };
}

function rateOf({ invocations, errors }: VariantMinute): Rate {
  return { events: errors, requests: invocations };
}

function total(rates: readonly Rate[]): Rate {
  return rates.reduce(
    (sum, { events, requests }) => ({ events: sum.events + events, requests: sum.requests + requests }),
    { events: 0, requests: 0 },
  );
}

function share({ events, requests }: Rate): number {
  return requests === 0 ? 0 : events / requests;
}

function inWords(rate: Rate): string {
  return `${rate.events} of ${rate.requests} (${(100 * share(rate)).toPrecision(2)} %)`;
}

/** `20:1` of the logarithm of an e-value. */
function odds(evidence: number): string {
  return `${Math.exp(Math.min(evidence, 20)).toPrecision(2)}:1`;
}

function milliseconds(micros: number): string {
  return `${Number((micros / 1000).toPrecision(3))} ms`;
}
