import type { EvidenceRule } from './rule';

/** The holdout has rows enough of both classes. */
export const enoughRows: EvidenceRule = ({ label }, { minimumRowsPerClass }) => {
  let positives = 0;
  let negatives = 0;
  for (let i = 0; i < label.length; i++) {
    if (label[i] === 1) positives++;
    else if (label[i] === 0) negatives++;
  }
  return {
    rule: 'enough-rows',
    passed: Math.min(positives, negatives) >= minimumRowsPerClass,
    message: `the holdout has ${negatives} rows of class 0 and ${positives} of class 1; each class needs ${minimumRowsPerClass}`,
    numbers: { negatives, positives, minimumRowsPerClass },
  };
};
