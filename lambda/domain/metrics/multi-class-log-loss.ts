import { type Column, checkLengths, probabilityAt, totalWeight, weightAt } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import { nats } from './log-loss';
import type { Metric } from './metric';
import { categoryAt } from './several-classes';

/**
 * Mean negative log-likelihood of the class that was true, in nats, as log loss of two classes. Compared by
 * the paired t test.
 */
export function multiClassLogLoss(classes: number): Metric {
  return metricByInfluence({
    name: 'logLoss',
    title: 'log loss',
    higherIsBetter: false,
    labels: 'categories',
    scores: 'probabilities',
    classes,
    measure: (labels, probabilities, weights) => {
      checkLengths(labels, probabilities, weights, classes);
      const loss = (row: number) =>
        nats(probabilityAt(probabilities, row * classes + categoryAt(labels, row, classes), row));
      return measureMean(labels.length, loss, weights);
    },
    bestConstant: (labels, weights) => sharesOf(labels, classes, weights),
  });
}

/** Of the classes among the rows. */
export function sharesOf(labels: Column, classes: number, weights?: Column): number[] {
  const shares = new Array<number>(classes).fill(0);
  const total = totalWeight(labels.length, weights);
  for (let row = 0; row < labels.length; row++) {
    const label = categoryAt(labels, row, classes);
    shares[label] = (shares[label] as number) + weightAt(weights, row) / total;
  }
  return shares;
}
