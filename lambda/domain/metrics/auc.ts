import { type Column, weightAt } from '../statistics/column';
import { leadComparison } from '../statistics/comparison';
import { pairedDeLong } from '../statistics/delong';
import { placements } from '../statistics/placements';
import { metricByInfluence } from './influence';
import type { Measurement } from './metric';

/**
 * Area under the ROC curve: the probability that a row of class 1 scores above one of class 0, ties counting
 * one half (J. A. Hanley and B. J. McNeil, Radiology 143 (1982), p. 29). Compared by DeLong's paired test.
 */
export const auc = metricByInfluence({
  name: 'auc',
  title: 'AUC',
  higherIsBetter: true,
  labels: 'classes',
  scores: 'numbers',
  measure,
  bestConstant: () => 0,
  compare({ labels, champion, challenger, weights, groups }) {
    const test = pairedDeLong(labels, champion, challenger, { weights, groups });
    return leadComparison({
      champion: test.firstAuc,
      challenger: test.secondAuc,
      lead: test.difference,
      standardError: test.standardError,
      degreesOfFreedom: test.degreesOfFreedom,
    });
  },
});

/** A row's influence is how far its placement lies from the mean of its class. */
function measure(labels: Column, scores: Column, weights?: Column): Measurement {
  const { shares, auc: value, totals } = placements(labels, scores, weights);
  const influence = shares.map((share, row) => {
    const total = labels[row] === 1 ? totals[1] : totals[0];
    return ((share - value) * weightAt(weights, row) * labels.length) / total;
  });
  return { value, influence };
}
