import type { SharePair } from './share-pair';

/**
 * The square root of the Jensen-Shannon divergence to the base 2, a metric from 0 to 1: D. M. Endres and J.
 * E. Schindelin, IEEE Transactions on Information Theory 49 (2003), p. 1858. The divergence is the mean of
 * both samples' relative entropies to their mixture.
 */
export function jensenShannonDistance(parts: readonly SharePair[]): number {
  const divergence = parts.reduce((sum, [p, q]) => {
    const mixture = (p + q) / 2;
    return sum + (entropyTerm(p, mixture) + entropyTerm(q, mixture)) / 2;
  }, 0);
  // Rounding may leave it just below 0.
  return Math.sqrt(Math.max(0, divergence));
}

function entropyTerm(share: number, mixture: number): number {
  return share === 0 ? 0 : share * Math.log2(share / mixture);
}
