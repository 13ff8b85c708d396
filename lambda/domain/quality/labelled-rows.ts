import type { Problem } from '../../../contracts/problem';
import { labelsAsScores } from '../metrics/several-classes';

/** Answers of a version in production, of several classes the most likely one, and what was true. */
export interface LabelledRows {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
  /** Number of the request of each row, from 0. @default - each row is a request */
  readonly requests?: Uint32Array;
  /** Number of the hour in which each row was answered, from 0. @default - hours are not told apart */
  readonly hours?: Uint32Array;
  /** When each row was answered, in milliseconds since 1970, oldest first. @default - nothing tells */
  readonly times?: Float64Array;
  /** How much each row counts, at least 0. @default - 1 each */
  readonly weights?: Float64Array;
  /**
   * Of several classes: those of each row, one row after the other. @default - only the likeliest is known
   */
  readonly probabilities?: Float64Array;
  /** Values of the columns by which rows are sliced. @default - none */
  readonly values?: readonly (readonly string[])[];
}

/** The answers as metrics take them: of several classes a score for each. */
export function scoresOf(
  { labels, predictions, probabilities }: LabelledRows,
  problem: Problem,
): Float64Array {
  if (problem.type !== 'multiClass') return predictions;
  const { classes } = problem;
  return probabilities?.length === labels.length * classes
    ? probabilities
    : Float64Array.from(labelsAsScores(predictions, classes));
}

/**
 * How many rows of equal weight would say as much (L. Kish, Survey Sampling, 1965, section 11.7): as many as
 * there are without weights.
 */
export function effectiveRows({ labels, weights }: LabelledRows): number {
  if (!weights) return labels.length;
  let [sum, squares] = [0, 0];
  for (const weight of weights) {
    sum += weight;
    squares += weight ** 2;
  }
  return squares === 0 ? 0 : sum ** 2 / squares;
}

/** How many labels are 0 and 1, without those that do not count. */
export function classCounts({ labels, weights }: Pick<LabelledRows, 'labels' | 'weights'>): [number, number] {
  let [negatives, positives] = [0, 0];
  for (let row = 0; row < labels.length; row++) {
    if (weights?.[row] === 0) continue;
    if (labels[row] === 1) positives++;
    else negatives++;
  }
  return [negatives, positives];
}
