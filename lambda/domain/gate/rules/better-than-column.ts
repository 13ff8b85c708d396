import { figure } from '../figures';
import type { GateRule } from './rule';
import { leadInWords, leadNumbers } from './words';

/**
 * The challenger significantly beats a column of the data that is taken for the answer, such as the last
 * value that was known.
 */
export function betterThanColumn(column: string): GateRule {
  return (evidence) => {
    const { metric, alpha, rivals } = evidence;
    const rival = rivals[column];
    if (!rival) throw new Error(`the evidence has no column '${column}'`);
    const comparison = metric.compare({ ...evidence, champion: rival });
    const passed = comparison.pValue(0) < alpha;
    const message = `challenger's ${metric.title} ${figure(comparison.challenger)} is ${passed ? '' : 'not '}significantly better than ${figure(comparison.champion)}, that of column '${column}': ${leadInWords(comparison, 0, alpha)}`;
    return { rule: 'better-than-column', passed, message, numbers: leadNumbers(comparison, 0, alpha) };
  };
}
