import { holm } from '../../statistics/holm';
import { signed } from '../figures';
import { type ComparedSlice, compareSlice, slicesOf } from '../slices';
import type { GateRule } from './rule';
import { figure3 } from './words';

export interface NoSliceWorseProps {
  /** Columns whose values make the slices. */
  readonly columns: readonly string[];
  /** How much worse a slice may be. */
  readonly margin: number;
  /** Slices with fewer rows, of each class, are reported and not evaluated. @default - as the policy says */
  readonly minimumRows?: number;
}

/** Few enough for a person to read. */
const MOST_TOLD = 5;

/**
 * In no slice is the challenger significantly worse than the champion by more than the margin; the
 * probability of saying so of any slice wrongly is alpha for all together. If no slice has rows enough,
 * nothing is known. Applies if there is a champion.
 */
export function noSliceWorse({ columns, margin, minimumRows }: NoSliceWorseProps): GateRule {
  return (evidence) => {
    if (!evidence.champion) return undefined;
    const rule = 'no-slice-worse';
    const slices = slicesOf(evidence, columns, minimumRows ?? evidence.minimumRows);
    const compared = slices.flatMap((slice) => compareSlice(evidence, slice) ?? []);
    const known = new Set(compared.map(({ name }) => name));
    const small = slices.filter(({ name }) => !known.has(name));
    const numbers = { slices: slices.length, judged: compared.length, margin, alpha: evidence.alpha };
    const notJudged = small.map(({ name, tooFew }) => `${name} (${tooFew ?? 'it cannot be measured'})`);
    const rest = small.length > 0 ? `; not evaluated: ${listed(notJudged)}` : '';
    if (compared.length === 0) {
      const message = `no slice of ${columns.join(', ')} has enough rows to be evaluated${rest}`;
      return { rule, passed: false, undecided: true, message, numbers };
    }
    const pValues = compared.map(({ pWorse }) => pWorse(margin));
    const adjusted = holm(pValues);
    const worse = compared.filter((_, index) => (adjusted[index] as number) < evidence.alpha);
    const passed = worse.length === 0;
    const told = compared
      .map((slice, index) => ({ slice, p: pValues[index] as number }))
      .sort((a, b) => a.p - b.p)
      .slice(0, Math.max(1, worse.length))
      .map(({ slice, p }) => inWords(slice, p, evidence.alpha));
    const than = margin === 0 ? '' : ` by more than ${margin}`;
    const message = passed
      ? `in none of ${compared.length} slices is the challenger significantly worse${than}; worst: ${told[0]}${rest}`
      : `the challenger is significantly worse${than} in ${worse.length} of ${compared.length} slices: ${listed(told)}${rest}`;
    return { rule, passed, message, numbers: { ...numbers, worse: worse.length } };
  };
}

function inWords({ name, comparison }: ComparedSlice, p: number, alpha: number): string {
  const [low, high] = comparison.interval(alpha);
  return `${name}, lead ${signed(comparison.lead)} (${signed(low)} to ${signed(high)}), p = ${figure3(p)}`;
}

function listed(all: readonly string[]): string {
  const more = all.length - MOST_TOLD;
  return `${all.slice(0, MOST_TOLD).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}
