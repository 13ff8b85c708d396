import type { Comparison } from '../comparison';
import type { Column } from './column';

/** What is known of the same rows by two models, every value of it usable. */
export interface PairedSample {
  /** Classes, 0 or 1, or numbers. */
  readonly labels: Float64Array;
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** At least 0, not all 0. @default - 1 each */
  readonly weights?: Float64Array;
  /** Number of the group of each row, from 0: rows of a group may depend on each other. @default - each row for itself */
  readonly groups?: Uint32Array;
}

/** How well scores fit labels, and how two models are compared by it. */
export interface Metric {
  /** As in settings and documents, such as `logLoss`. */
  readonly name: string;
  /** In a sentence, such as `log loss`. */
  readonly title: string;
  /** Whether 1 is better than 0. */
  readonly higherIsBetter: boolean;
  /** `classes` are 0 and 1, `categories` whole numbers from 0. */
  readonly labels: 'classes' | 'numbers' | 'categories';
  readonly scores: 'probabilities' | 'numbers';
  /** @throws Error if the columns cannot be measured */
  value(labels: Column, scores: Column, weights?: Column): number;
  /** The score that is best if it is the same for all rows: what a model without features can do. */
  bestConstant(labels: Column, weights?: Column): number;
  compare(sample: PairedSample): Comparison;
}

/** The rows of a sample that are listed. */
export function rowsOf(sample: PairedSample, rows: ArrayLike<number>): PairedSample {
  const pick = (column: Column) => Float64Array.from(rows, (row) => column[row] as number);
  const { weights, groups } = sample;
  return {
    labels: pick(sample.labels),
    champion: pick(sample.champion),
    challenger: pick(sample.challenger),
    ...(weights && { weights: pick(weights) }),
    ...(groups && { groups: Uint32Array.from(rows, (row) => groups[row] as number) }),
  };
}
