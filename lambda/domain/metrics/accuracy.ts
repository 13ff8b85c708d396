import { type Column, checkLengths, classAt, meanLabel } from '../statistics/column';
import type { Comparison } from '../statistics/comparison';
import { comparePairedProportions } from '../statistics/paired-proportions';
import { compareByInfluence, measureMean, metricByInfluence } from './influence';
import type { Metric, PairedSample } from './metric';

/**
 * Share of rows whose class is 1 exactly if their score is at least the threshold. Compared by McNemar's test
 * and Newcombe's paired interval; with weights or groups by the paired t test.
 */
export function accuracy(threshold = 0.5): Metric {
  const measure: Metric['measure'] = (labels, scores, weights) => {
    checkLengths(labels, scores, weights);
    return measureMean(labels.length, (row) => Number(isRight(labels, scores, row, threshold)), weights);
  };
  return metricByInfluence({
    name: 'accuracy',
    title: 'accuracy',
    higherIsBetter: true,
    labels: 'classes',
    scores: 'numbers',
    threshold,
    measure,
    bestConstant: (labels, weights) =>
      meanLabel(labels, weights) >= 0.5 ? Number.MAX_VALUE : -Number.MAX_VALUE,
    compare: (sample) =>
      sample.weights || sample.groups
        ? compareByInfluence(sample, { measure, higherIsBetter: true })
        : compareAnswers(sample, threshold),
  });
}

function compareAnswers({ labels, champion, challenger }: PairedSample, threshold: number): Comparison {
  const counts = { both: 0, firstOnly: 0, secondOnly: 0, neither: 0 };
  for (let row = 0; row < labels.length; row++) {
    const [first, second] = [champion, challenger].map((scores) => isRight(labels, scores, row, threshold));
    if (first) counts[second ? 'both' : 'firstOnly']++;
    else counts[second ? 'secondOnly' : 'neither']++;
  }
  return comparePairedProportions(counts);
}

function isRight(labels: Column, scores: Column, row: number, threshold: number): boolean {
  return (scores[row] as number) >= threshold === (classAt(labels, row) === 1);
}
