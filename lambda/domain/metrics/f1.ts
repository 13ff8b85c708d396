import type { Metric } from './metric';
import { ratioMetric } from './ratio';

/**
 * F1: the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN), of scores that are at least the
 * threshold; 0 if nothing is of class 1 and nothing is taken for it. Compared by the influence of the rows.
 */
export function f1(threshold = 0.5): Metric {
  return ratioMetric({
    name: 'f1',
    title: 'F1',
    threshold,
    terms: (isTaken, isOne) => ({ above: 2 * isTaken * isOne, below: isTaken + isOne }),
  });
}
