import type { ReleaseVerdict } from '../../../../contracts/functions/release';
import { burstBounds, QUALITY_BURSTS } from '../../statistics/bursts';
import { minuteEvidence } from '../../statistics/minute-evidence';
import { FINE, type Rate, type RatePair } from '../../statistics/rate-evidence';
import type { PredictionShift } from '../../traffic/prediction-shift';
import type { ReleaseLabels } from '../release-quality';

/** What one variant did in one minute. */
export interface VariantMinute {
  readonly invocations: number;
  /** Invocations that failed because of the model (5xx). */
  readonly errors: number;
  /** Invocations that took longer than each of the latency limits. */
  readonly slow: readonly number[];
  /** Sums of the business metrics, in their order. */
  readonly business: readonly number[];
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

/** Something that is counted for each variant, such as orders or complaints, and compared per request. */
export interface BusinessMetric {
  readonly name: string;
  readonly better: 'higher' | 'lower';
  /** Change for the worse, relative to the champion, that does not roll back, however significant it is. */
  readonly toleratedChange: number;
}

export interface CanaryPolicy {
  /**
   * Probability that a challenger which is no worse is ever rolled back in a release, by any rule at any
   * look.
   */
  readonly alpha: number;
  /** Invocations in a step that each variant with traffic needs before the next step. */
  readonly minimumInvocations: number;
  /** Increase of the error rate that does not roll back, however significant it is. */
  readonly toleratedErrorRateIncrease: number;
  /** Challenger's latency over the champion's, at most, at each percentile. */
  readonly maximumLatencyRatio: number;
  /** Increase of the latency, in microseconds, that is too small to roll back for, whatever its ratio. */
  readonly toleratedLatencyIncreaseMicros: number;
  /**
   * Largest distance between the distributions of the answers that is no reason to roll back, from 0 to 1;
   * undefined if the distance is reported and never rolls back.
   */
  readonly maximumPredictionShift?: number;
  /**
   * Share of answers that must agree while the challenger is a shadow; undefined if agreement is reported and
   * decides nothing.
   */
  readonly minimumAgreement?: number;
  readonly business: readonly BusinessMetric[];
  /** Increase of the share of wrong answers that does not roll back, however significant it is. */
  readonly toleratedQualityDrop: number;
}

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
  /**
   * Since the challenger first had traffic, oldest first; the last `step.age` of them are those of the step.
   */
  readonly minutes: readonly CanaryMinute[];
  /**
   * The champion's minutes in the hours before, oldest first, in both roles: as the challenger it is slow
   * above the challenger's limits. They say how often a good version has bad minutes, and stand for the
   * champion where it has none beside the challenger's.
   */
  readonly championBefore?: readonly CanaryMinute[];
  readonly step: CanaryStep;
  /**
   * In the order of {@link VariantMinute.slow}; undefined if the champion had no requests before the release.
   */
  readonly latencyLimits?: readonly LatencyLimit[];
  /** How the answers differ; undefined if they are not known. */
  readonly predictionShift?: PredictionShift;
  /** What the labels that have arrived say; undefined if there are none. */
  readonly labels?: ReleaseLabels;
}

export interface CanaryReason {
  readonly rule:
    | 'endpoint'
    | 'errors'
    | 'latency'
    | 'predictions'
    | 'quality'
    | 'business'
    | 'traffic'
    | 'duration';
  /** What this rule alone asks for. */
  readonly verdict: ReleaseVerdict;
  readonly message: string;
}

/** The most cautious verdict of the reasons for one. */
export function verdictOf(reasons: readonly { readonly verdict: ReleaseVerdict }[]): ReleaseVerdict {
  return MOST_CAUTIOUS.find((one) => reasons.some(({ verdict }) => verdict === one)) ?? 'promote';
}

const MOST_CAUTIOUS = ['rollback', 'inconclusive', 'hold'] as const;

/** Evaluates one aspect; undefined if it is not configured. */
export type CanaryRule = (observation: CanaryObservation, policy: CanaryPolicy) => CanaryReason | undefined;

/**
 * Whether answers of the challenger are wrong significantly more often than the champion's, and how sure that
 * is, in words.
 *
 * @param minutes wrong answers of those with a label
 */
export function compareWrong(
  minutes: readonly RatePair[],
  alpha: number,
): { readonly isWorse: boolean; readonly message: string } {
  const bursts = burstBounds([], QUALITY_BURSTS, FINE);
  return judgeEvidence(minuteEvidence(minutes, { bursts, alternatives: FINE }), alpha);
}

/** Whether evidence, as logarithms of e-values over time, ever sufficed, in words. */
export function judgeEvidence(
  evidence: readonly number[],
  alpha: number,
): { readonly isWorse: boolean; readonly message: string } {
  const needed = -Math.log(alpha);
  const largest = Math.max(0, ...evidence);
  return {
    isWorse: largest >= needed,
    message: `evidence ${odds(largest)} that this is more, ${odds(needed)} rolls back`,
  };
}

/** The same of both variants, minute by minute. */
export function ratePairs(
  minutes: readonly CanaryMinute[],
  rateOf: (minute: VariantMinute) => Rate,
): RatePair[] {
  return minutes.map(({ challenger, champion }) => ({
    challenger: rateOf(challenger),
    champion: rateOf(champion),
  }));
}

/** Both rates over all minutes. */
export function totals(pairs: readonly RatePair[]): RatePair {
  return {
    challenger: sumOf(pairs.map(({ challenger }) => challenger)),
    champion: sumOf(pairs.map(({ champion }) => champion)),
  };
}

export function sumOf(rates: readonly Rate[]): Rate {
  return {
    events: rates.reduce((sum, { events }) => sum + events, 0),
    requests: rates.reduce((sum, { requests }) => sum + requests, 0),
  };
}

export function shareOf({ events, requests }: Rate): number {
  return requests === 0 ? 0 : events / requests;
}

/** `3 of 200 (1.5 %)` */
export function inWords(rate: Rate): string {
  return `${Number(rate.events.toFixed(1))} of ${rate.requests} (${(100 * shareOf(rate)).toPrecision(2)} %)`;
}

/** `20:1` of the logarithm of an e-value. */
function odds(evidence: number): string {
  return `${Number(Math.exp(Math.min(evidence, 20)).toPrecision(2))}:1`;
}
