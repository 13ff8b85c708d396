import type { Column } from '../statistics/column';
import type { Comparison } from '../statistics/comparison';

/** What is known of the same rows by two models, every value of it usable. */
export interface PairedSample {
  /** Classes, 0 or 1, or numbers. */
  readonly labels: Float64Array;
  /** Of several classes: as many for each row, one row after the other. */
  readonly champion: Float64Array;
  readonly challenger: Float64Array;
  /** At least 0, not all 0. @default - 1 each */
  readonly weights?: Float64Array;
  /**
   * Number of the group of each row, from 0: rows of a group may depend on each other.
   * @default - each row for itself
   */
  readonly groups?: Uint32Array;
  /** What each answer costs, as many for each row as there are answers, one row after the other. */
  readonly costs?: Float64Array;
}

/** A metric, and how much each row moves it. */
export interface Measurement {
  readonly value: number;
  /** Of each row on the number of rows times the value; they add up to 0. */
  readonly influence: Float64Array;
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
  /** Of categories: how many there are. Each row has as many probabilities, one row after the other. */
  readonly classes?: number;
  /** Of answers that are taken for class 1 from some score on: that score. */
  readonly threshold?: number;
  /** Columns of the data with what each answer costs, which it needs as `costs`. */
  readonly costColumns?: readonly string[];
  /** @throws Error if the columns cannot be measured */
  measure(labels: Column, scores: Column, weights?: Column, costs?: Column): Measurement;
  /** What it measures alone. @throws Error as {@link measure} */
  value(labels: Column, scores: Column, weights?: Column, costs?: Column): number;
  /**
   * The scores of a row that are best if they are the same for all rows: what a model without features can
   * do.
   */
  bestConstant(labels: Column, weights?: Column, costs?: Column): number | readonly number[];
  compare(sample: PairedSample): Comparison;
}

/** Scores that a row has. */
export function scoresPerRow({ classes = 1 }: Pick<Metric, 'classes'>): number {
  return classes;
}

/** The rows of a sample that are listed. */
export function rowsOf(sample: PairedSample, rows: ArrayLike<number>): PairedSample {
  const { labels, weights, groups, costs } = sample;
  const pick = (column: Float64Array) => blocksOf(column, column.length / labels.length, rows);
  return {
    labels: pick(labels),
    champion: pick(sample.champion),
    challenger: pick(sample.challenger),
    ...(weights && { weights: pick(weights) }),
    ...(groups && { groups: Uint32Array.from(rows, (row) => groups[row] as number) }),
    ...(costs && { costs: pick(costs) }),
  };
}

/** Of a column with `size` values a row those of the rows that are listed. */
export function blocksOf(column: Float64Array, size: number, rows: ArrayLike<number>): Float64Array {
  const picked = new Float64Array(rows.length * size);
  for (let i = 0; i < rows.length; i++) {
    const start = (rows[i] as number) * size;
    picked.set(column.subarray(start, start + size), i * size);
  }
  return picked;
}
