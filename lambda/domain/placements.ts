import { ascendingOrder } from './ascending-order';
import { type Column, checkLengths, classAt, weightAt } from './metrics/column';

/** How the rows of two classes stand to each other in a scoring. */
export interface Placements {
  /** For a row of class 1 the share of class 0 that it outranks, for one of class 0 the share of class 1 that outranks it. */
  readonly shares: Float64Array;
  /** Their mean, the same in both classes: the area under the ROC curve. */
  readonly auc: number;
  /** Weight of the rows of classes 0 and 1. */
  readonly totals: readonly [number, number];
}

/**
 * Placements of the rows of a scoring, ties counting one half, in one pass over the sorted rows: J. A. Hanley and
 * K. O. Hajian-Tilaki, Academic Radiology 4 (1997), p. 49.
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
  const below: [number, number] = [0, 0];
  let sum = 0;
  for (let start = 0; start < order.length; ) {
    const tied: [number, number] = [0, 0];
    const score = scores[order[start] as number];
    let end = start;
    for (; end < order.length && scores[order[end] as number] === score; end++) {
      const row = order[end] as number;
      tied[labels[row] as 0 | 1] += weightAt(weights, row);
    }
    const outranked = (below[0] + tied[0] / 2) / totals[0];
    const outranking = 1 - (below[1] + tied[1] / 2) / totals[1];
    for (let i = start; i < end; i++) {
      const row = order[i] as number;
      shares[row] = labels[row] === 1 ? outranked : outranking;
    }
    sum += tied[1] * outranked;
    below[0] += tied[0];
    below[1] += tied[1];
    start = end;
  }
  return { shares, totals, auc: sum / totals[1] };
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
