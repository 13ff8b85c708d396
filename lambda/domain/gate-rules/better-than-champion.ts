import type { ComparisonRule } from './rule';

/** The challenger surely beats the champion by the margin, if there is a champion. */
export const betterThanChampion: ComparisonRule = (metrics, { alpha, margin }) => {
  if (metrics.champion === undefined) return undefined;
  const { pValue, difference, champion, challenger } = metrics;
  const passed = pValue < alpha;
  const message = `challenger's AUC ${challenger.auc.toFixed(4)} is ${passed ? '' : 'not '}surely above champion's ${champion.auc.toFixed(4)}${margin === 0 ? '' : ` by ${margin}`}: difference ${difference.toFixed(4)}, p = ${pValue.toPrecision(3)}, alpha = ${alpha}`;
  return {
    rule: 'better-than-champion',
    passed,
    message,
    numbers: { champion: champion.auc, challenger: challenger.auc, difference, margin, pValue, alpha },
  };
};
