import { checkLengths } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import type { Metric } from './metric';
import { sharesOf } from './multi-class-log-loss';
import { categoryAt, certainly, mostLikely } from './several-classes';

/** Share of rows whose most likely class is the true one. Compared by the paired t test. */
export function multiClassAccuracy(classes: number): Metric {
  return metricByInfluence({
    name: 'accuracy',
    title: 'accuracy',
    higherIsBetter: true,
    labels: 'categories',
    scores: 'probabilities',
    classes,
    measure: (labels, scores, weights) => {
      checkLengths(labels, scores, weights, classes);
      const isRight = (row: number) =>
        Number(mostLikely(scores, row, classes) === categoryAt(labels, row, classes));
      return measureMean(labels.length, isRight, weights);
    },
    bestConstant: (labels, weights) => {
      const shares = sharesOf(labels, classes, weights);
      return certainly(shares.indexOf(Math.max(...shares)), classes);
    },
  });
}
