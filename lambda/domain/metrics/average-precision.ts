import { ascendingOrder } from '../statistics/ascending-order';
import { type Column, checkLengths, classAt, weightAt } from '../statistics/column';
import { metricByInfluence } from './influence';
import type { Measurement } from './metric';

/**
 * Average precision: the mean, over the rows of class 1, of the share of class 1 among all rows that score at
 * least as high. What the precision-recall curve comes to without interpolation, as scikit-learn has it.
 */
export const averagePrecision = metricByInfluence({
  name: 'averagePrecision',
  title: 'average precision',
  higherIsBetter: true,
  labels: 'classes',
  scores: 'numbers',
  measure,
  bestConstant: () => 0,
});

/**
 * AP = sum_k p_k t_k / (t_k + f_k) / P over the distinct scores k, from the highest: p_k is the weight of
 * class 1 at that score, t_k and f_k are those of class 1 and class 0 at least as high, P is that of class 1.
 * A row's influence is its weight times the derivative of AP by it, which touches the terms of its own score
 * and of all lower ones.
 */
function measure(labels: Column, scores: Column, weights?: Column): Measurement {
  checkLengths(labels, scores, weights);
  const blocks = tiedBlocks(labels, scores, weights);
  const positives = blocks.at(-1)?.truePositives ?? 0;
  if (positives === 0) throw new Error('average precision needs rows of class 1, but there are none');
  let value = 0;
  for (const { positive, precision } of blocks) value += (positive * precision) / positives;
  const influence = new Float64Array(labels.length);
  const scale = labels.length / positives;
  // Sums over the scores from here down.
  let [gain, loss] = [0, 0];
  for (const { rows, positive, truePositives, falsePositives, precision } of blocks.reverse()) {
    const all = (truePositives + falsePositives) ** 2;
    if (all > 0) {
      gain += (positive * falsePositives) / all;
      loss += (positive * truePositives) / all;
    }
    for (const row of rows) {
      const derivative = labels[row] === 1 ? precision + gain - value : -loss;
      influence[row] = weightAt(weights, row) * derivative * scale;
    }
  }
  return { value, influence };
}

interface TiedBlock {
  readonly rows: Uint32Array;
  /** Weight of class 1 with this score. */
  readonly positive: number;
  readonly truePositives: number;
  readonly falsePositives: number;
  readonly precision: number;
}

/** Rows with the same score, from the highest. */
function tiedBlocks(labels: Column, scores: Column, weights?: Column): TiedBlock[] {
  const order = ascendingOrder(scores).reverse();
  const blocks: TiedBlock[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  for (let start = 0; start < order.length; ) {
    let positive = 0;
    let end = start;
    for (; end < order.length && scores[order[end] as number] === scores[order[start] as number]; end++) {
      const row = order[end] as number;
      if (classAt(labels, row) === 1) positive += weightAt(weights, row);
      else falsePositives += weightAt(weights, row);
    }
    truePositives += positive;
    const all = truePositives + falsePositives;
    const precision = all === 0 ? 0 : truePositives / all;
    blocks.push({ rows: order.subarray(start, end), positive, truePositives, falsePositives, precision });
    start = end;
  }
  return blocks;
}
