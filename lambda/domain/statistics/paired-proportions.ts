import { binomialAtLeast } from './beta-functions';
import type { Comparison } from './comparison';
import { normalSurvival, normalUpperQuantile } from './special-functions';

/** How many of the same rows the first, the second, both or neither got right. */
export interface PairedCounts {
  readonly both: number;
  readonly firstOnly: number;
  readonly secondOnly: number;
  readonly neither: number;
}

/**
 * With fewer rows than this on which they disagree, the exact distribution is used: A. Agresti, Categorical
 * Data Analysis, 2013, section 11.1.
 */
const FEW_DISAGREEMENTS = 25;

/**
 * Compares two shares of the same rows. Test: Q. McNemar, Psychometrika 12 (1947), p. 153, without
 * correction, exact where few disagree; for a margin other than 0 the score test that it is a case of, T.
 * Tango, Statistics in Medicine 17 (1998), p. 891. Interval: method 10 of R. G. Newcombe, Statistics in
 * Medicine 17 (1998), p. 2635.
 */
export function comparePairedProportions(counts: PairedCounts): Comparison {
  const { both, firstOnly, secondOnly, neither } = counts;
  const rows = both + firstOnly + secondOnly + neither;
  const lead = (secondOnly - firstOnly) / rows;
  return {
    champion: (both + firstOnly) / rows,
    challenger: (both + secondOnly) / rows,
    lead,
    standardError: Math.sqrt((firstOnly + secondOnly) / rows - lead * lead) / Math.sqrt(rows),
    pValue: (margin) =>
      margin === 0 && firstOnly + secondOnly < FEW_DISAGREEMENTS
        ? binomialAtLeast(secondOnly, firstOnly + secondOnly, 0.5)
        : normalSurvival(scoreOf(counts, rows, margin)),
    interval: (alpha) => newcombeInterval(counts, rows, normalUpperQuantile(alpha)),
  };
}

/** Tango's equations 6 and 7: the share of `firstOnly` is estimated under a difference of `margin`. */
function scoreOf({ firstOnly, secondOnly }: PairedCounts, rows: number, margin: number): number {
  const excess = secondOnly - firstOnly - rows * margin;
  if (excess === 0) return 0;
  const b = -(firstOnly + secondOnly) + (2 * rows - secondOnly + firstOnly) * margin;
  const c = -firstOnly * margin * (1 - margin);
  const share = (Math.sqrt(Math.max(0, b * b - 8 * rows * c)) - b) / (4 * rows);
  return excess / Math.sqrt(Math.max(0, rows * (2 * share + margin * (1 - margin))));
}

function newcombeInterval(
  { both, firstOnly, secondOnly, neither }: PairedCounts,
  rows: number,
  z: number,
): readonly [number, number] {
  const [second, first] = [both + secondOnly, both + firstOnly];
  const [lowSecond, highSecond] = wilsonReach(second, rows, z);
  const [lowFirst, highFirst] = wilsonReach(first, rows, z);
  const phi = correlation(both * neither - firstOnly * secondOnly, rows, [
    first,
    rows - first,
    second,
    rows - second,
  ]);
  const reach = (a: number, b: number) => Math.sqrt(Math.max(0, a * a - 2 * phi * a * b + b * b));
  const lead = (second - first) / rows;
  return [lead - reach(lowSecond, highFirst), lead + reach(highSecond, lowFirst)];
}

/** Newcombe's phi, with his correction for continuity. */
function correlation(product: number, rows: number, margins: readonly number[]): number {
  if (margins.includes(0)) return 0;
  const corrected = product > 0 ? Math.max(0, product - rows / 2) : product;
  return corrected / Math.sqrt(margins.reduce((result, margin) => result * margin));
}

/**
 * How far the ends of Wilson's interval lie below and above a share: E. B. Wilson, JASA 22 (1927), p. 209.
 */
function wilsonReach(count: number, rows: number, z: number): readonly [number, number] {
  const share = count / rows;
  const middle = (count + (z * z) / 2) / (rows + z * z);
  const half = (z / (rows + z * z)) * Math.sqrt((count * (rows - count)) / rows + (z * z) / 4);
  return [share - (middle - half), middle + half - share];
}
