/** Counts of numbers in bins: bin i holds those in (`edges[i-1]`, `edges[i]`], and the last one the rest. */
export interface BinnedNumbers {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/**
 * The first Wasserstein distance of two samples in the same bins, in standard deviations of the first: the
 * integral of |F - G| (S. S. Vallender, Theory of Probability and its Applications 18 (1974), p. 784).
 * Undefined if the first has no spread, or one of them no numbers.
 *
 * Values count as spread evenly over their bin, and beyond the outer edges as at them. Between the outer
 * edges the integral is exact for values at edges, and else wrong by at most half the sum over the bins of
 * their width times their mass in both samples.
 */
export function wassersteinDistance(before: BinnedNumbers, after: BinnedNumbers): number | undefined {
  const { edges } = before;
  const [p, q] = [sharesOf(before), sharesOf(after)];
  let area = 0;
  let difference = (p[0] as number) - (q[0] as number);
  for (let i = 1; i < edges.length; i++) {
    const next = difference + (p[i] as number) - (q[i] as number);
    area += ((edges[i] as number) - (edges[i - 1] as number)) * meanSize(difference, next);
    difference = next;
  }
  const spread = standardDeviation(edges, p);
  const distance = area / spread;
  return spread > ROUNDING * sizeOf(edges) && Number.isFinite(distance) ? distance : undefined;
}

/** Bins of a single value have the width of its last bit, which is no spread. */
const ROUNDING = 1e-12;

function sizeOf(edges: readonly number[]): number {
  return Math.max(Math.abs(edges[0] ?? 0), Math.abs(edges.at(-1) ?? 0));
}

/** Mean of |x| as x moves evenly from one end to the other. */
function meanSize(from: number, to: number): number {
  const [a, b] = [Math.abs(from), Math.abs(to)];
  return from * to >= 0 ? (a + b) / 2 : (a * a + b * b) / (2 * (a + b));
}

function sharesOf({ counts }: BinnedNumbers): number[] {
  const total = counts.reduce((sum, count) => sum + count, 0);
  return counts.map((count) => count / total);
}

function standardDeviation(edges: readonly number[], shares: readonly number[]): number {
  const bins = shares.map((share, i) => {
    const [low, high] = [edges[Math.max(0, i - 1)] as number, edges[Math.min(i, edges.length - 1)] as number];
    return { share, low, high };
  });
  const mean = bins.reduce((sum, { share, low, high }) => sum + share * (low / 2 + high / 2), 0);
  const variance = bins.reduce((sum, { share, low, high }) => {
    const [a, b] = [low - mean, high - mean];
    return sum + (share * (a * a + a * b + b * b)) / 3;
  }, 0);
  return Math.sqrt(variance);
}
