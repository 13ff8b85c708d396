import type { Metric } from './metric';
import { ratioMetric } from './ratio';

/** Share of class 1 among the rows whose score is at least the threshold; 0 if there are none. */
export function precision(threshold = 0.5): Metric {
  return ratioMetric({
    name: 'precision',
    title: 'precision',
    threshold,
    terms: (isTaken, isOne) => ({ above: isTaken * isOne, below: isTaken }),
  });
}
