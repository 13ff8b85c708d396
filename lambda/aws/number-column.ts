import { quantileEdges } from '../domain/data/bins';
import { type Cell, numberOf } from '../domain/data/cell';
import { type NumericProfile, profileNumbers } from '../domain/data/profile';
import { readCsv } from './data-files/csv-file';
import type { ArtifactStore } from './store';

/** A column of numbers that grows, at 8 bytes a cell. */
export class NumberColumn {
  private values = new Float64Array(1024);
  private length = 0;

  /** Adds a cell; one that is no number becomes NaN. */
  add(cell: Cell | undefined): void {
    if (this.length === this.values.length) {
      const larger = new Float64Array(2 * this.length);
      larger.set(this.values);
      this.values = larger;
    }
    this.values[this.length++] = numberOf(cell);
  }

  get cells(): Float64Array {
    return this.values.subarray(0, this.length);
  }

  profile(): NumericProfile {
    return profileNumbers(this.cells, quantileEdges(this.cells));
  }
}

/** Numbers of a file without a header, one a line; NaN where a line holds anything else. */
export async function readNumbers(store: ArtifactStore, key: string): Promise<Float64Array> {
  const numbers = new NumberColumn();
  for await (const { rows } of readCsv(store, { key })) {
    for (const cells of rows) numbers.add(cells.length === 1 ? cells[0] : undefined);
  }
  return numbers.cells;
}

/** Scores of a file without a header: a number a line, or as many as there are classes. */
export interface ScoreFile {
  /**
   * One row after the other. What is no number, and all scores of a line that has more or fewer than the
   * first, are NaN.
   */
  readonly scores: Float64Array;
  /** Of the first line. */
  readonly scoresPerRow: number;
}

/** Reads what a batch job answered. */
export async function readScores(store: ArtifactStore, key: string): Promise<ScoreFile> {
  const numbers = new NumberColumn();
  let scoresPerRow: number | undefined;
  for await (const { rows } of readCsv(store, { key })) {
    for (const cells of rows) {
      scoresPerRow ??= cells.length;
      for (let i = 0; i < scoresPerRow; i++)
        numbers.add(cells.length === scoresPerRow ? cells[i] : undefined);
    }
  }
  return { scores: numbers.cells, scoresPerRow: scoresPerRow ?? 1 };
}
