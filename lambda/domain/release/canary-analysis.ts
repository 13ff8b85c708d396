import type { ReleaseVerdict } from '../../../contracts/functions/release';
import { business } from './rules/business';
import { duration } from './rules/duration';
import { errors } from './rules/errors';
import { latency } from './rules/latency';
import { predictions } from './rules/predictions';
import { quality } from './rules/quality';
import { type CanaryObservation, type CanaryPolicy, type CanaryReason, verdictOf } from './rules/rule';
import { traffic } from './rules/traffic';

export const DEFAULT_CANARY_POLICY: CanaryPolicy = {
  alpha: 0.05,
  minimumInvocations: 100,
  toleratedErrorRateIncrease: 0.001,
  maximumLatencyRatio: 1.2,
  toleratedLatencyIncreaseMicros: 10_000,
  business: [],
  toleratedQualityDrop: 0.01,
};

export interface CanaryDecision {
  readonly verdict: ReleaseVerdict;
  /** One for each rule; the most cautious decides. */
  readonly reasons: readonly CanaryReason[];
}

const RULES = [errors, latency, predictions, quality, business, traffic, duration];
/**
 * Compares challenger and champion over the same minutes. It may look after every minute: the probability of
 * rolling back a challenger that is no worse stays at alpha for the whole release and all that is compared.
 *
 * @param policy defaults to {@link DEFAULT_CANARY_POLICY}, field by field
 */
export function analyseCanary(
  observation: CanaryObservation,
  policy: Partial<CanaryPolicy> = {},
): CanaryDecision {
  const complete = { ...DEFAULT_CANARY_POLICY, ...policy };
  const reasons = RULES.flatMap((rule) => rule(observation, complete) ?? []);
  return { verdict: verdictOf(reasons), reasons };
}
