import { ascendingOrder } from './ascending-order';
import type { Column } from './column';

/**
 * Of all pairs of rows with different labels the share that the scores put in the same order, ties counting
 * one half (F. E. Harrell, K. L. Lee and D. B. Mark, Statistics in Medicine 15 (1996), p. 361); 1/2 if there
 * is no such pair. Of labels 0 and 1 it is the area under the ROC curve. In O(n log n), by ranks in a tree of
 * counts (P. M. Fenwick, Software: Practice and Experience 24 (1994), p. 327).
 */
export function concordance(labels: Column, scores: Column): number {
  const ranks = ranksOf(scores);
  const counts = new Float64Array(labels.length + 1);
  let [inOrder, pairs, before] = [0, 0, 0];
  for (const tied of tiedRows(labels)) {
    // All rows counted so far have a lower label.
    for (const row of tied) {
      const rank = ranks[row] as number;
      const below = countUpTo(counts, rank - 1);
      inOrder += below + (countUpTo(counts, rank) - below) / 2;
    }
    pairs += before * tied.length;
    before += tied.length;
    for (const row of tied) {
      for (let i = ranks[row] as number; i < counts.length; i += i & -i)
        counts[i] = (counts[i] as number) + 1;
    }
  }
  return pairs === 0 ? 0.5 : inOrder / pairs;
}

/** From 1; equal values have the same. */
function ranksOf(values: Column): Uint32Array {
  const ranks = new Uint32Array(values.length);
  let rank = 0;
  for (const tied of tiedRows(values)) {
    rank++;
    for (const row of tied) ranks[row] = rank;
  }
  return ranks;
}

/** Rows of equal value, from the least. */
function* tiedRows(values: Column): Generator<Uint32Array> {
  const order = ascendingOrder(values);
  for (let start = 0; start < order.length; ) {
    const value = values[order[start] as number];
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === value) end++;
    yield order.subarray(start, end);
    start = end;
  }
}

function countUpTo(counts: Float64Array, rank: number): number {
  let sum = 0;
  for (let i = rank; i > 0; i -= i & -i) sum += counts[i] as number;
  return sum;
}
