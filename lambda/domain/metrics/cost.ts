import { checkLengths, classAt, totalWeight, weightAt } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import type { Metric } from './metric';

export interface CostMatrix {
  /** Cost of taking a row of class 0 for one of class 1. */
  readonly falsePositive: number;
  /** Cost of taking a row of class 1 for one of class 0. */
  readonly falseNegative: number;
  /** @default 0 */
  readonly truePositive?: number;
  /** @default 0 */
  readonly trueNegative?: number;
  /** Scores of at least this are taken for class 1. @default 0.5 */
  readonly threshold?: number;
}

/**
 * Mean cost of a row by what it is taken for (C. Elkan, IJCAI 2001, p. 973). If each row has
 * a loss of its own, see `costColumns`. Compared by the paired t test.
 */
export function cost(matrix: CostMatrix): Metric {
  const { falsePositive, falseNegative, truePositive = 0, trueNegative = 0, threshold = 0.5 } = matrix;
  const costOf = (label: 0 | 1, taken: boolean) => {
    if (taken) return label === 1 ? truePositive : falsePositive;
    return label === 1 ? falseNegative : trueNegative;
  };
  const measure: Metric['measure'] = (labels, scores, weights) => {
    checkLengths(labels, scores, weights);
    const term = (row: number) => costOf(classAt(labels, row), (scores[row] as number) >= threshold);
    return measureMean(labels.length, term, weights);
  };
  return metricByInfluence({
    name: 'cost',
    title: 'mean cost',
    higherIsBetter: false,
    labels: 'classes',
    scores: 'numbers',
    threshold,
    measure,
    bestConstant: (labels, weights) => {
      const meanIf = (taken: boolean) => {
        let sum = 0;
        for (let row = 0; row < labels.length; row++) {
          sum += weightAt(weights, row) * costOf(classAt(labels, row), taken);
        }
        return sum / totalWeight(labels.length, weights);
      };
      return meanIf(true) <= meanIf(false) ? Number.MAX_VALUE : -Number.MAX_VALUE;
    },
  });
}
