import type { ComparisonRule } from './rule';

/** The challenger's metric is at least the floor, if the policy has one. */
export const absoluteFloor: ComparisonRule = ({ challenger: { auc } }, { floor }) => {
  if (floor === undefined) return undefined;
  const passed = auc >= floor;
  const message = `challenger's AUC ${auc.toFixed(4)} is ${passed ? 'at least' : 'below'} the floor ${floor}`;
  return { rule: 'absolute-floor', passed, message, numbers: { auc, floor } };
};
