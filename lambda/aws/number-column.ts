import { quantileEdges } from '../domain/bins';
import { type Cell, numberOf } from '../domain/cell';
import { type NumericProfile, profileNumbers } from '../domain/profile';
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
