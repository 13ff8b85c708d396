import type { EvidenceRule } from './rule';

/** Every row has a label, 0 or 1. */
export const usableLabels: EvidenceRule = ({ label }) => {
  const rows = label.length;
  let unusable = 0;
  for (let i = 0; i < rows; i++) if (label[i] !== 0 && label[i] !== 1) unusable++;
  const message =
    unusable > 0
      ? `${unusable} of ${rows} labels are missing or not 0 or 1`
      : `all ${rows} labels are 0 or 1`;
  return { rule: 'usable-labels', passed: unusable === 0, message, numbers: { rows, unusable } };
};
