import type { ReleaseVerdict } from '../../../contracts/functions/release';
import { DEFAULT_CANARY_POLICY } from './canary-analysis';
import { duration } from './rules/duration';
import { errors } from './rules/errors';
import { latency } from './rules/latency';
import { type PairedLabels, pairedQuality } from './rules/paired-quality';
import { type CanaryObservation, type CanaryPolicy, type CanaryReason, verdictOf } from './rules/rule';
import { traffic } from './rules/traffic';
import type { AnswerComparison } from './shadow-answers';

/** What is known of a challenger that gets copies of the champion's requests. */
export interface ShadowObservation
  extends Pick<CanaryObservation, 'minutes' | 'championBefore' | 'step' | 'latencyLimits'> {
  /** Undefined if no request with answers of both was recorded. */
  readonly answers?: AnswerComparison;
  /** How far apart answers that agree may be; undefined if it is not known. */
  readonly tolerance?: number;
  /** What the labels of these answers say; undefined if none have come. */
  readonly labels?: PairedLabels;
}

export interface ShadowReason extends Omit<CanaryReason, 'rule'> {
  readonly rule: CanaryReason['rule'] | 'agreement';
}

export interface ShadowDecision {
  readonly verdict: ReleaseVerdict;
  /** One for each rule; the most cautious decides. */
  readonly reasons: readonly ShadowReason[];
}

/**
 * Compares a shadow with its champion. It may look after every minute: a challenger that is no worse is
 * rolled back with probability alpha at most. The tests of errors and latency are made for requests of either
 * version. That both get the same ones makes their outcomes alike, and the evidence only smaller: the mean
 * factor of a pair changes by (c - 1) (c - r) / c^2 for each pair more in which both have the event, with c =
 * 1 + (r - 1) share, and 1 <= c <= r.
 *
 * @param policy defaults to {@link DEFAULT_CANARY_POLICY}, field by field; agreement decides nothing by
 * default
 */
export function compareShadow(
  observation: ShadowObservation,
  policy: Partial<CanaryPolicy> = {},
): ShadowDecision {
  const complete = { ...DEFAULT_CANARY_POLICY, ...policy };
  const { minutes, championBefore, step, latencyLimits, labels } = observation;
  const measured = { minutes, championBefore, step, latencyLimits };
  const reasons = [
    errors(measured, complete),
    latency(measured, complete),
    agreement(observation, complete),
    pairedQuality(labels, complete),
    traffic(measured, complete),
    duration(measured, complete),
  ].flatMap((reason) => reason ?? []);
  return { verdict: verdictOf(reasons), reasons };
}

/**
 * How often both gave the same answer to the same request. A better version answers otherwise, so that it
 * decides only if asked to.
 */
function agreement(
  { answers, tolerance, step }: ShadowObservation,
  { minimumAgreement: minimum, minimumInvocations }: CanaryPolicy,
): ShadowReason {
  const rule = 'agreement';
  const notYet = step.age < step.longest ? 'hold' : 'inconclusive';
  if (!answers || tolerance === undefined) {
    const why =
      tolerance === undefined
        ? "agreement is unknown because the champion's baseline has no answers; set agreementTolerance"
        : 'no request with answers of both was recorded';
    return {
      rule,
      verdict: minimum === undefined ? 'promote' : notYet,
      message: `answers are not compared: ${why}`,
    };
  }
  const { agreement: share, agreementInterval, meanDifference, meanDifferenceInterval } = answers;
  const [low, high] = agreementInterval;
  const found = `of ${answers.requests} requests that both answered, ${percent(share)} agree within ${short(tolerance)} (confidence interval ${percent(low)} to ${percent(high)}); the challenger's answers are ${short(meanDifference)} higher on average (95 %: ${meanDifferenceInterval.map(short).join(' to ')})`;
  if (minimum === undefined) return { rule, verdict: 'promote', message: found };
  const message = `${found}; at least ${percent(minimum)} must agree, and ${minimumInvocations} requests are needed`;
  if (high < minimum) return { rule, verdict: 'rollback', message };
  const isEnough = answers.requests >= minimumInvocations && share >= minimum;
  return { rule, verdict: isEnough ? 'promote' : notYet, message };
}

function percent(share: number): string {
  return `${Number((100 * share).toPrecision(3))} %`;
}

function short(value: number): string {
  return String(Number(value.toPrecision(3)));
}
