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
}

/** The answers as metrics take them: of several classes a score for each. */
export function scoresOf({ predictions }: LabelledRows, problem: Problem): Float64Array {
  return problem.type === 'multiClass'
    ? Float64Array.from(labelsAsScores(predictions, problem.classes))
    : predictions;
}

/** How many labels are 0 and 1. */
export function classCounts(labels: Float64Array): [number, number] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return [labels.length - positives, positives];
}
