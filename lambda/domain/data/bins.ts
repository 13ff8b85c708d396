import { type Cell, isMissingCategory, numberOf } from './cell';

/** Bins of a numeric feature, and categories of a categorical one, at most. */
export const MAXIMUM_BINS = 1024;

/**
 * Edges at the quantiles of the finite values, at most {@link MAXIMUM_BINS} - 1. A value that holds the mass
 * of several quantiles also gets an edge right below it, and so does the least value: that keeps its mass
 * apart from that of its neighbours, and features of up to 511 distinct values are profiled without loss.
 */
export function quantileEdges(cells: ArrayLike<Cell>): number[] {
  const sorted = Float64Array.from({ length: cells.length }, (_, i) => numberOf(cells[i]))
    .filter(Number.isFinite)
    .sort();
  const distinct = sorted.filter((value, i) => i === 0 || value !== sorted[i - 1]);
  return edgesOf(
    distinct,
    (i, quantiles) => sorted[Math.ceil((i * sorted.length) / quantiles) - 1] as number,
  );
}

/** A number, and how many rows have it. */
export interface CountedNumber {
  readonly value: number;
  readonly count: number;
}

/** {@link quantileEdges} of numbers that are counted. @param numbers finite and strictly increasing */
export function quantileEdgesOfCounts(numbers: readonly CountedNumber[]): number[] {
  const total = numbers.reduce((sum, { count }) => sum + count, 0);
  let place = 0;
  let upTo = numbers[0]?.count ?? 0;
  return edgesOf(
    numbers.map(({ value }) => value),
    (i, quantiles) => {
      while (place < numbers.length - 1 && upTo < (i * total) / quantiles) {
        upTo += (numbers[++place] as CountedNumber).count;
      }
      return (numbers[place] as CountedNumber).value;
    },
  );
}

/**
 * @param distinct strictly increasing
 * @param quantile value of the i-th of so many quantiles, asked for in ascending order
 */
function edgesOf(distinct: ArrayLike<number>, quantile: (i: number, quantiles: number) => number): number[] {
  if (distinct.length === 0) return [];
  const edges = new Set<number>();
  if (distinct.length <= MAXIMUM_BINS / 2 - 1) {
    for (const value of Array.from(distinct)) edges.add(below(value)).add(value);
  } else {
    const quantiles = MAXIMUM_BINS - 2;
    edges.add(below(distinct[0] as number));
    let previous = Number.NaN;
    for (let i = 1; i <= quantiles; i++) {
      const value = quantile(i, quantiles);
      if (value === previous) edges.add(below(value));
      edges.add(value);
      previous = value;
    }
  }
  // Adding zero turns -0, which JSON does not keep, into 0; nor does it keep what lies below the least
  // number.
  return [...new Set([...edges].map((edge) => edge + 0))].filter(Number.isFinite).sort((x, y) => x - y);
}

/** The categories of a column, the most frequent first, at most {@link MAXIMUM_BINS}. */
export function frequentCategories(cells: ArrayLike<Cell>): string[] {
  const frequency = new Map<string, number>();
  for (let i = 0; i < cells.length; i++) {
    const cell = cells[i];
    if (isMissingCategory(cell)) continue;
    const category = String(cell);
    frequency.set(category, (frequency.get(category) ?? 0) + 1);
  }
  return mostFrequent(frequency);
}

/** The most frequent categories first, at most {@link MAXIMUM_BINS}. */
export function mostFrequent(frequency: ReadonlyMap<string, number>): string[] {
  return [...frequency]
    .sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1))
    .slice(0, MAXIMUM_BINS)
    .map(([category]) => category);
}

/** Index of the first edge that is not below the value. */
export function binOf(value: number, edges: readonly number[]): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((edges[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The least value of those that edges were made of; undefined if there were none. */
export function leastOf([first, second]: readonly number[]): number | undefined {
  if (first === undefined || second === undefined) return first;
  return below(second) === first ? second : above(first);
}

function above(value: number): number {
  return -below(-value) + 0;
}

/** The greatest double below a finite one. */
export function below(value: number): number {
  if (value === 0) return -Number.MIN_VALUE;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  view.setBigInt64(0, view.getBigInt64(0) + (value > 0 ? -1n : 1n));
  return view.getFloat64(0);
}
