import type { SharePair } from './share-pair';

/**
 * The square root of half the sum of (sqrt(p) - sqrt(q))^2, from 0 to 1: A. W. van der Vaart, Asymptotic
 * Statistics, 1998, p. 211, divided by sqrt(2).
 */
export function hellingerDistance(parts: readonly SharePair[]): number {
  return Math.sqrt(parts.reduce((sum, [p, q]) => sum + (Math.sqrt(p) - Math.sqrt(q)) ** 2, 0) / 2);
}
