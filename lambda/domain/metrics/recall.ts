import type { Metric } from './metric';
import { ratioMetric } from './ratio';

/** Share of the rows of class 1 whose score is at least the threshold; 0 if there are none. */
export function recall(threshold = 0.5): Metric {
  return ratioMetric({
    name: 'recall',
    title: 'recall',
    threshold,
    terms: (isTaken, isOne) => ({ above: isTaken * isOne, below: isOne }),
  });
}
