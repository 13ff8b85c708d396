import { type Column, checkLengths, classAt, meanLabel, probabilityAt } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import type { Measurement } from './metric';

/**
 * Mean negative log-likelihood, in nats. Probabilities are kept 2^-52 away from 0 and 1, so that one sure and
 * wrong answer costs 36 nats and not infinity. Compared by the paired t test.
 */
export const logLoss = metricByInfluence({
  name: 'logLoss',
  title: 'log loss',
  higherIsBetter: false,
  labels: 'classes',
  scores: 'probabilities',
  measure,
  bestConstant: meanLabel,
});

function measure(labels: Column, probabilities: Column, weights?: Column): Measurement {
  checkLengths(labels, probabilities, weights);
  const loss = (row: number) => {
    const p = probabilityAt(probabilities, row);
    return nats(classAt(labels, row) === 1 ? p : 1 - p);
  };
  return measureMean(labels.length, loss, weights);
}

/** Negative logarithm of a probability that is kept 2^-52 away from 0 and 1. */
export function nats(probability: number): number {
  return -Math.log(Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probability)));
}
