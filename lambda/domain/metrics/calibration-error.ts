import { ascendingOrder } from '../statistics/ascending-order';
import {
  type Column,
  checkLengths,
  classAt,
  meanLabel,
  probabilityAt,
  totalWeight,
  weightAt,
} from '../statistics/column';
import { metricByInfluence } from './influence';
import type { Measurement } from './metric';

const BINS = 10;

/**
 * Expected calibration error: mean distance between the probabilities and the share of class 1, in 10 bins of
 * as many rows each (M. P. Naeini, G. F. Cooper and M. Hauskrecht, AAAI 2015, p. 2901, with the bins of T.
 * Nguyen and B. O'Connor, EMNLP 2015, p. 1587). Equal probabilities share a bin. Compared by the influence of
 * the rows, the bins being given.
 */
export const calibrationError = metricByInfluence({
  name: 'calibrationError',
  title: 'calibration error',
  higherIsBetter: false,
  labels: 'classes',
  scores: 'probabilities',
  measure,
  bestConstant: meanLabel,
});

/**
 * The calibration error that chance alone would show, were every probability right: in each bin the mean of a
 * distance that is normally distributed around 0.
 */
export function calibrationNoise(probabilities: Column, weights?: Column): number {
  const total = totalWeight(probabilities.length, weights);
  let noise = 0;
  for (const rows of binsOf(probabilities)) {
    let variance = 0;
    for (const row of rows) {
      const p = probabilityAt(probabilities, row);
      variance += weightAt(weights, row) ** 2 * p * (1 - p);
    }
    noise += Math.sqrt((2 * variance) / Math.PI) / total;
  }
  return noise;
}

function measure(labels: Column, probabilities: Column, weights?: Column): Measurement {
  checkLengths(labels, probabilities, weights);
  const total = totalWeight(labels.length, weights);
  const distances = new Float64Array(labels.length);
  let value = 0;
  for (const rows of binsOf(probabilities)) {
    let excess = 0;
    for (const row of rows) {
      distances[row] = classAt(labels, row) - probabilityAt(probabilities, row);
      excess += weightAt(weights, row) * (distances[row] as number);
    }
    value += Math.abs(excess) / total;
    for (const row of rows) distances[row] = Math.sign(excess) * (distances[row] as number);
  }
  const influence = distances.map((one, i) => ((one - value) * weightAt(weights, i) * labels.length) / total);
  return { value, influence };
}

/** Rows in the order of their probabilities, cut into bins where the probability changes. */
function binsOf(probabilities: Column): Uint32Array[] {
  const order = ascendingOrder(probabilities);
  const bins: Uint32Array[] = [];
  let start = 0;
  for (let bin = 1; bin <= BINS && start < order.length; bin++) {
    let end = Math.max(start + 1, Math.round((bin * order.length) / BINS));
    const last = probabilities[order[end - 1] as number];
    while (end < order.length && probabilities[order[end] as number] === last) end++;
    bins.push(order.subarray(start, end));
    start = end;
  }
  return bins;
}
