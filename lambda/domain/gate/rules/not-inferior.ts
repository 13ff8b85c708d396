import { tooSmallFor } from './power-of-margin';
import type { GateRule } from './rule';
import { bothInWords, leadInWords, leadNumbers } from './words';

/**
 * The challenger is significantly less than the margin worse than the champion. Applies if there is a
 * champion.
 */
export function notInferior(margin: number): GateRule {
  return (evidence) => {
    const { comparison, metric, alpha } = evidence;
    if (!evidence.champion) return undefined;
    const rule = 'not-inferior';
    const numbers = leadNumbers(comparison, -margin, alpha);
    const tooSmall = tooSmallFor(evidence, margin);
    if (tooSmall) return { rule, passed: false, undecided: true, message: tooSmall.message, numbers };
    const passed = comparison.pValue(-margin) < alpha;
    const { challenger, champion } = bothInWords(metric, comparison);
    const message = `${challenger} is ${passed ? '' : 'not '}significantly less than ${margin} worse than ${champion}: ${leadInWords(comparison, -margin, alpha)}`;
    return { rule, passed, message, numbers };
  };
}
