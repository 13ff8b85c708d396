import { ascendingOrder } from './ascending-order';
import { type Column, checkLengths, classAt, weightAt } from './column';

/** How the rows of two classes stand to each other in a scoring. */
export interface Placements {
  /**
   * For a row of class 1 the share of class 0 that it outranks, for one of class 0 the share of class 1 that
   * outranks it.
   */
  readonly shares: Float64Array;
  /** Their mean, the same in both classes: the area under the ROC curve. */
  readonly auc: number;
  /** Weight of the rows of classes 0 and 1. */
  readonly totals: readonly [number, number];
}

/**
 * Placements of the rows of a scoring, ties counting one half, in one pass over the sorted rows: J. A. Hanley
 * and K. O. Hajian-Tilaki, Academic Radiology 4 (1997), p. 49.
 *
 * @param labels classes, 0 or 1
 * @param weights 1 each by default
 * @throws Error if the columns differ in length, a label is not 0 or 1, or a class is absent
 */
export function placements(labels: Column, scores: Column, weights?: Column): Placements {
  checkLengths(labels, scores, weights);
  const order = ascendingOrder(scores);
  const totals = classTotals(labels, weights);
  const shares = new Float64Array(labels.length);
  const [zeros, ones] = totals;
  // A byte a row stays in the cache, whatever the order.
  const isOne = new Uint8Array(labels.length);
  for (let i = 0; i < isOne.length; i++) isOne[i] = labels[i] as 0 | 1;
  let [zerosBelow, onesBelow, sum] = [0, 0, 0];
  let next = scores[order[0] as number] as number;
  for (let start = 0; start < order.length; ) {
    const score = next;
    let [tiedZeros, tiedOnes] = [0, 0];
    let end = start;
    do {
      const row = order[end++] as number;
      if (isOne[row]) tiedOnes += weightAt(weights, row);
      else tiedZeros += weightAt(weights, row);
      if (end === order.length) break;
      next = scores[order[end] as number] as number;
    } while (next === score);
    const outranked = (zerosBelow + tiedZeros / 2) / zeros;
    const outranking = 1 - (onesBelow + tiedOnes / 2) / ones;
    for (let i = start; i < end; i++) {
      const row = order[i] as number;
      shares[row] = isOne[row] ? outranked : outranking;
    }
    sum += tiedOnes * outranked;
    zerosBelow += tiedZeros;
    onesBelow += tiedOnes;
    start = end;
  }
  return { shares, totals, auc: sum / ones };
}

function classTotals(labels: Column, weights?: Column): [number, number] {
  const counts: [number, number] = [0, 0];
  const totals: [number, number] = [0, 0];
  for (let i = 0; i < labels.length; i++) {
    counts[classAt(labels, i)]++;
    totals[labels[i] as 0 | 1] += weightAt(weights, i);
  }
  if (!(totals[0] > 0 && totals[1] > 0)) {
    throw new Error(
      `AUC needs rows of both classes, but there are ${counts[0]} of class 0 and ${counts[1]} of class 1${weights ? ' and their weights may be 0' : ''}`,
    );
  }
  return totals;
}
