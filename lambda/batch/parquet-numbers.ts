import type { ColumnBatch } from '../aws/data-files/parquet-file';
import { csvLine } from '../domain/data/csv-line';
import { takesNumbers } from '../domain/model-signature/request-cells';
import type { GrowingBytes } from './growing-bytes';
import type { NumberRows } from './number-rows';
import type { WantedCells } from './part-rows';

/**
 * Reads rows of numbers from columns of Parquet, to the same as the reader of rows.
 *
 * @returns undefined if anything else is among them, which the reader of rows reads, or tells what is wrong
 * with it
 */
export function parquetNumbers({
  columns,
  features,
  repeated,
  signature,
}: WantedCells): (batch: ColumnBatch) => NumberRows | undefined {
  const placesOfFeatures = features.map((name) => columns.indexOf(name));
  const placesOfRepeated = repeated.map((name) => columns.indexOf(name));
  return (batch) => {
    if (!takesNumbers(signature)) return undefined;
    const { first, count } = batch;
    const values = new Float64Array(count * features.length);
    for (const [feature, place] of placesOfFeatures.entries()) {
      const column = batch.columns[place] as ArrayLike<unknown>;
      for (let row = 0, at = feature; row < count; row++, at += features.length) {
        const value = numberIn(column[first + row]);
        if (value === undefined || (Number.isNaN(value) && !signature)) return undefined;
        values[at] = value;
      }
    }
    return new ParquetNumbers(values, batch, placesOfRepeated);
  };
}

class ParquetNumbers implements NumberRows {
  constructor(
    readonly values: Float64Array,
    private readonly batch: ColumnBatch,
    private readonly repeated: readonly number[],
  ) {}

  get count(): number {
    return this.batch.count;
  }

  lineOf(row: number): number {
    return this.batch.number + row;
  }

  repeatedOf(row: number): readonly (string | number)[] {
    return this.repeated.map((place) => this.batch.cellAt(place, row));
  }

  writeRepeated(row: number, output: GrowingBytes): void {
    for (const place of this.repeated) output.addText(`,${csvLine([this.batch.cellAt(place, row)])}`);
  }
}

/** NaN of none; undefined if it is neither a number nor missing. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return Math.abs(value) === Number.POSITIVE_INFINITY ? undefined : value;
  if (value === null || value === undefined) return Number.NaN;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return typeof value === 'bigint' && Number.isSafeInteger(Number(value)) ? Number(value) : undefined;
}
