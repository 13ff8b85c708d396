import type { Column } from './column';
import { leadComparison } from './comparison';
import { placements } from './placements';

/** AUCs of two scorings of the same rows, and how sure their difference is. */
export interface DeLongTest {
  readonly firstAuc: number;
  readonly secondAuc: number;
  /** `secondAuc - firstAuc`. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly standardError: number;
  /** Of Student's t distribution: groups - 1 with groups, infinite without, which makes it normal. */
  readonly degreesOfFreedom: number;
  /** (difference - margin) / standardError; infinite if the standard error is 0, 0 if both are. */
  readonly z: number;
  /** Probability of a z at least as great if the second is no better than the first by the margin. */
  readonly pValueGreater: number;
  /** Probability of a z at least as far from 0 if their difference is the margin. */
  readonly pValueTwoSided: number;
}

export interface DeLongOptions {
  /** Difference that is to be exceeded. @default 0 */
  readonly margin?: number;
  /** Of each row. @default 1 */
  readonly weights?: Column;
  /**
   * Number of the group of each row, from 0: rows of a group may depend on each other.
   * @default - each row for itself
   */
  readonly groups?: Column;
}

/**
 * The paired test of two AUCs: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988), p.
 * 837, in O(n log n) as X. Sun and W. Xu, IEEE Signal Processing Letters 21 (2014), p. 1389; with groups N.
 * A. Obuchowski, Biometrics 53 (1997), p. 567, which is the same if each row is a group. Few groups make her
 * variance too small for the normal distribution, so that Student's t takes its place there. A constant
 * scoring has AUC 1/2 and no variance: test against one to compare a scoring with chance.
 *
 * @param labels classes, 0 or 1
 * @throws Error if the columns differ in length or there are fewer than two rows, or groups, of a class
 */
export function pairedDeLong(
  labels: Column,
  first: Column,
  second: Column,
  { margin = 0, weights, groups }: DeLongOptions = {},
): DeLongTest {
  const one = placements(labels, first, weights);
  const other = placements(labels, second, weights);
  const difference = other.auc - one.auc;
  const [zeros, ones] = one.totals;
  const deviations = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const change = (other.shares[i] as number) - (one.shares[i] as number);
    const weight = weights ? (weights[i] as number) : 1;
    deviations[i] = (weight * (change - difference)) / (labels[i] === 1 ? ones : zeros);
  }
  const { variance, units } = groups
    ? groupedVariance(labels, deviations, groups)
    : ungroupedVariance(labels, deviations);
  const standardError = Math.sqrt(variance);
  const degreesOfFreedom = groups ? units - 1 : Number.POSITIVE_INFINITY;
  const excess = difference - margin;
  const { pValue } = leadComparison({
    champion: one.auc,
    challenger: other.auc,
    lead: difference,
    standardError,
    degreesOfFreedom,
  });
  const pValueGreater = pValue(margin);
  return {
    firstAuc: one.auc,
    secondAuc: other.auc,
    difference,
    standardError,
    degreesOfFreedom,
    z: excess === 0 ? 0 : excess / standardError,
    pValueGreater,
    pValueTwoSided: Math.min(1, 2 * pValue(difference - Math.abs(excess))),
  };
}

function ungroupedVariance(labels: Column, deviations: Float64Array) {
  let [zeros, ones, ofZeros, ofOnes] = [0, 0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const square = (deviations[i] as number) ** 2;
    if (labels[i] === 1) {
      ones++;
      ofOnes += square;
    } else {
      zeros++;
      ofZeros += square;
    }
  }
  checkUnits([zeros, ones], 'rows');
  return { variance: corrected(ofZeros, zeros) + corrected(ofOnes, ones), units: labels.length };
}

function groupedVariance(labels: Column, deviations: Float64Array, groups: Column) {
  const sums = new Map<number, { readonly sum: [number, number]; readonly count: [number, number] }>();
  for (let i = 0; i < labels.length; i++) {
    const group = groups[i] as number;
    let one = sums.get(group);
    if (!one) {
      one = { sum: [0, 0], count: [0, 0] };
      sums.set(group, one);
    }
    const label = labels[i] as 0 | 1;
    one.sum[label] += deviations[i] as number;
    one.count[label]++;
  }
  const counts: [number, number] = [0, 0];
  const squares: [number, number] = [0, 0];
  let products = 0;
  let together = 0;
  for (const { sum, count } of sums.values()) {
    for (const label of [0, 1] as const) {
      if (count[label] > 0) counts[label]++;
      squares[label] += sum[label] ** 2;
    }
    products += sum[0] * sum[1];
    together += (sum[0] + sum[1]) ** 2;
  }
  checkUnits(counts, 'groups');
  const variance =
    corrected(squares[0], counts[0]) + corrected(squares[1], counts[1]) + 2 * corrected(products, sums.size);
  // With few groups her corrections of the three terms may leave nothing: one correction for their sum never
  // does.
  return { variance: variance > 0 ? variance : corrected(together, sums.size), units: sums.size };
}

function corrected(sum: number, count: number): number {
  return (sum * count) / (count - 1);
}

function checkUnits(counts: readonly [number, number], what: string): void {
  counts.forEach((count, label) => {
    if (count < 2) throw new Error(`DeLong's test needs two ${what} of class ${label}, got ${count}`);
  });
}
