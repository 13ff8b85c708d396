import type { SharePair } from './share-pair';

/** A part without values counts as this share: the logarithm of 0 is infinite. Evidently does so, too. */
const LEAST_SHARE = 1e-4;

/**
 * PSI, the sum of (q - p) ln(q / p) over the parts of two samples: N. Siddiqi, Credit Risk Scorecards, 2006,
 * p. 136. From 0; the convention there calls 0.1 a small change and 0.25 a large one.
 */
export function populationStabilityIndex(parts: readonly SharePair[]): number {
  return parts.reduce((sum, [before, after]) => {
    const [p, q] = [Math.max(before, LEAST_SHARE), Math.max(after, LEAST_SHARE)];
    return sum + (q - p) * Math.log(q / p);
  }, 0);
}
