import type { Cell } from '../cell';

/** What a splitter reads of a row. */
export interface SplitRow {
  readonly label: Cell;
  /** The cell of the column that the split goes by, if there is one. */
  readonly key: Cell;
}

/** Decides which rows are held out, in two passes over the same rows in the same order. */
export interface Splitter {
  /** First pass. */
  look(row: SplitRow): void;
  /**
   * Begins a pass that decides; it may be made again.
   *
   * @throws Error if the rows cannot be split so
   */
  start(): (row: SplitRow) => boolean;
}

/** Rows that cannot be split in the way asked for. */
export class UnsplittableError extends Error {
  override readonly name = 'DataCannotBeSplit';
}

/** Number of rows held out of so many: at least one on either side. */
export function holdoutSize(rows: number, fraction: number): number {
  if (!(fraction > 0 && fraction < 1)) {
    throw new Error(`holdout fraction ${fraction} is not between 0 and 1, as in 0.2`);
  }
  if (rows < 2)
    throw new UnsplittableError(`${rows} rows cannot be split: training and holdout need one each`);
  return Math.min(rows - 1, Math.max(1, Math.round(rows * fraction)));
}
