import { leadComparison } from '../comparison';
import { pairedDeLong } from '../delong';
import { placements } from '../placements';
import type { Metric } from './metric';

/**
 * Area under the ROC curve: the probability that a row of class 1 scores above one of class 0, ties counting one half
 * (J. A. Hanley and B. J. McNeil, Radiology 143 (1982), p. 29). Compared by DeLong's paired test.
 */
export const auc: Metric = {
  name: 'auc',
  title: 'AUC',
  higherIsBetter: true,
  labels: 'classes',
  scores: 'numbers',
  value: (labels, scores, weights) => placements(labels, scores, weights).auc,
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
};
