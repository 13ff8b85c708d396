import type { ComparisonRule } from './rule';

/** The first model of a pipeline surely beats chance, if the policy has no floor. */
export const betterThanChance: ComparisonRule = (metrics, { alpha, floor }) => {
  if (metrics.champion !== undefined || floor !== undefined) return undefined;
  const { pValue, challenger } = metrics;
  const passed = pValue < alpha;
  const message = `challenger's AUC ${challenger.auc.toFixed(4)} is ${passed ? '' : 'not '}surely above 0.5, that of chance: p = ${pValue.toPrecision(3)}, alpha = ${alpha}`;
  return { rule: 'better-than-chance', passed, message, numbers: { auc: challenger.auc, pValue, alpha } };
};
