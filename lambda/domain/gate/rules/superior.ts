import { tooSmallFor } from './power-of-margin';
import type { GateRule } from './rule';
import { bothInWords, leadInWords, leadNumbers } from './words';

/**
 * The challenger significantly beats the champion by more than the margin. Applies if there is a champion.
 */
export function superior(margin = 0): GateRule {
  return (evidence) => {
    const { comparison, metric, alpha } = evidence;
    if (!evidence.champion) return undefined;
    const rule = 'superior';
    const numbers = leadNumbers(comparison, margin, alpha);
    const tooSmall = tooSmallFor(evidence, margin);
    if (tooSmall) return { rule, passed: false, undecided: true, message: tooSmall.message, numbers };
    const passed = comparison.pValue(margin) < alpha;
    const { challenger, champion } = bothInWords(metric, comparison);
    const message = `${challenger} is ${passed ? '' : 'not '}significantly better than ${champion}${margin === 0 ? '' : ` by more than ${margin}`}: ${leadInWords(comparison, margin, alpha)}`;
    return { rule, passed, message, numbers };
  };
}
