import type { GrowingBytes } from './growing-bytes';

/** Rows of which each cell that the model takes is a number, or has no value. */
export interface NumberRows {
  readonly count: number;
  /** Row after row, in the order of the model's columns; NaN without a value. */
  readonly values: Float64Array;
  /** Line of the file in which a row ends, counted from 1 as editors do. */
  lineOf(row: number): number;
  /** Cells of the columns that the output repeats. */
  repeatedOf(row: number): readonly unknown[];
  /** Writes the same as CSV, each cell after a comma. */
  writeRepeated(row: number, output: GrowingBytes): void;
}
