import { auc, type Column } from './metrics';
import { ascendingOrder, midranks } from './midranks';
import { normalSurvival } from './special-functions';

/** AUCs of two scorings of the same rows, and how sure their difference is. */
export interface DeLongTest {
  readonly firstAuc: number;
  readonly secondAuc: number;
  /** `secondAuc - firstAuc`. */
  readonly difference: number;
  /** Standard error of the difference. */
  readonly standardError: number;
  /** (difference - margin) / standardError; infinite if the standard error is 0, 0 if both are. */
  readonly z: number;
  /** Probability of a z at least as great if the second is no better than the first by the margin. */
  readonly pValueGreater: number;
  /** Probability of a z at least as far from 0 if their difference is the margin. */
  readonly pValueTwoSided: number;
}

/**
 * The paired test of two AUCs: E. R. DeLong, D. M. DeLong and D. L. Clarke-Pearson, Biometrics 44 (1988),
 * p. 837, in O(n log n) by the midranks of X. Sun and W. Xu, IEEE Signal Processing Letters 21 (2014), p. 1389.
 * A constant scoring has AUC 1/2 and no variance: test against one to compare a scoring with chance.
 *
 * @param labels classes, 0 or 1
 * @param margin difference that is to be exceeded, 0 by default
 * @throws Error if the columns differ in length or there are fewer than two rows of a class
 */
export function pairedDeLong(labels: Column, first: Column, second: Column, margin = 0): DeLongTest {
  const [firstAuc, secondAuc] = [auc(labels, first), auc(labels, second)];
  const [placementsFirst, placementsSecond] = [placements(labels, first), placements(labels, second)];
  const variance = [0, 1]
    .map((label) => {
      const differences: number[] = [];
      for (let i = 0; i < labels.length; i++) {
        if (labels[i] === label) {
          differences.push((placementsSecond[i] as number) - (placementsFirst[i] as number));
        }
      }
      if (differences.length < 2) throw new Error(`DeLong's test needs two rows of class ${label}, got 1`);
      return sampleVariance(differences) / differences.length;
    })
    .reduce((sum, term) => sum + term);
  const difference = secondAuc - firstAuc;
  const standardError = Math.sqrt(variance);
  const excess = difference - margin;
  const z = excess === 0 ? 0 : excess / standardError;
  return {
    firstAuc,
    secondAuc,
    difference,
    standardError,
    z,
    pValueGreater: normalSurvival(z),
    pValueTwoSided: Math.min(1, 2 * normalSurvival(Math.abs(z))),
  };
}

/** For each row the share of rows of the other class that it outranks (class 1) or that outrank it (class 0). */
function placements(labels: Column, scores: Column): Float64Array {
  const order = ascendingOrder(scores);
  const all = midranks(scores, order);
  const within = [0, 1].map((label) => ({
    ranks: midranks(
      scores,
      order.filter((i) => labels[i] === label),
    ),
    size: order.filter((i) => labels[i] === label).length,
  }));
  const [zeros, ones] = within as [(typeof within)[0], (typeof within)[0]];
  return Float64Array.from({ length: labels.length }, (_, i) =>
    labels[i] === 1
      ? ((all[i] as number) - (ones.ranks[i] as number)) / zeros.size
      : 1 - ((all[i] as number) - (zeros.ranks[i] as number)) / ones.size,
  );
}

function sampleVariance(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
}
