import { type Column, checkLengths, classAt, meanLabel, probabilityAt } from './column';
import { compareByInfluence, type Measurement, measureMean } from './influence';
import type { Metric } from './metric';

/**
 * Mean negative log-likelihood, in nats. Probabilities are kept 2^-52 away from 0 and 1, so that one sure and wrong answer costs
 * 36 nats and not infinity. Compared by the paired t test.
 */
export const logLoss: Metric = {
  name: 'logLoss',
  title: 'log loss',
  higherIsBetter: false,
  labels: 'classes',
  scores: 'probabilities',
  value: (labels, probabilities, weights) => measure(labels, probabilities, weights).value,
  bestConstant: meanLabel,
  compare: (sample) => compareByInfluence(sample, false, measure),
};

function measure(labels: Column, probabilities: Column, weights?: Column): Measurement {
  checkLengths(labels, probabilities, weights);
  const loss = (row: number) => {
    const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probabilityAt(probabilities, row)));
    return -Math.log(classAt(labels, row) === 1 ? p : 1 - p);
  };
  return measureMean(labels.length, loss, weights);
}
