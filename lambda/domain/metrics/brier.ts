import { type Column, checkLengths, classAt, meanLabel, probabilityAt } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import type { Measurement } from './metric';

/**
 * Brier score: mean squared difference of probability and class (G. W. Brier, Monthly Weather Review 78
 * (1950), p. 1, halved as usual for two classes). Compared by the paired t test.
 */
export const brier = metricByInfluence({
  name: 'brier',
  title: 'Brier score',
  higherIsBetter: false,
  labels: 'classes',
  scores: 'probabilities',
  measure,
  bestConstant: meanLabel,
});

function measure(labels: Column, probabilities: Column, weights?: Column): Measurement {
  checkLengths(labels, probabilities, weights);
  const error = (row: number) => (probabilityAt(probabilities, row) - classAt(labels, row)) ** 2;
  return measureMean(labels.length, error, weights);
}
