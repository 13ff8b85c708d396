import type { CanaryPolicy } from './rule';

/**
 * What may roll a release back, in parts of alpha. Errors hurt most and are the rarest, so that they get the
 * most. Labels come for few requests, and late: with a small part a step would be over before they suffice.
 */
const PARTS = {
  errors: 0.6,
  latency: 0.19,
  agreement: 0.05,
  predictions: 0.05,
  quality: 0.08,
  business: 0.03,
};

/** Of what a comparison of rates has, the part that is for its bound of the champion's rate. */
const BOUND = 0.05;

/**
 * The share of alpha that one rule has, of one policy: what can decide nothing, like a distance without a
 * maximum, leaves its part to the others. A rule without a part tells what it sees with the certainty that it
 * would decide with.
 */
export function alphaOf(rule: keyof typeof PARTS, policy: CanaryPolicy): number {
  const decides = {
    errors: true,
    latency: true,
    quality: true,
    predictions: policy.maximumPredictionShift !== undefined,
    agreement: policy.minimumAgreement !== undefined,
    business: policy.business.length > 0,
  };
  const parts = (Object.keys(PARTS) as (keyof typeof PARTS)[]).filter((one) => decides[one] || one === rule);
  return (policy.alpha * PARTS[rule]) / parts.reduce((sum, one) => sum + PARTS[one], 0);
}

/** How the alpha of a comparison of rates is spent: on the evidence, and on a bound that may be too low. */
export function splitAlpha(alpha: number): { readonly evidence: number; readonly bound: number } {
  return { evidence: alpha * (1 - BOUND), bound: alpha * BOUND };
}
