import { figure } from '../figures';
import type { GateRule } from './rule';
import { leadInWords, leadNumbers } from './words';

/** The first model of a pipeline significantly beats the best answer that is the same for all rows. */
export const betterThanBaseline: GateRule = ({ metric, alpha, champion, comparison }) => {
  if (champion) return undefined;
  const passed = comparison.pValue(0) < alpha;
  const message = `challenger's ${metric.title} ${figure(comparison.challenger)} is ${passed ? '' : 'not '}significantly better than ${figure(comparison.champion)}, that of the best answer that is the same for all rows: ${leadInWords(comparison, 0, alpha)}`;
  return { rule: 'better-than-baseline', passed, message, numbers: leadNumbers(comparison, 0, alpha) };
};
