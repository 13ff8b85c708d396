import { sliceName } from '../gate/slices';
import { blocksOf } from '../metrics/metric';
import type { LabelledRows } from './labelled-rows';

/** Labeled rows that have one value of a column. */
export interface RowSlice {
  /** Such as `region = north`, as the promotion policy calls it. */
  readonly name: string;
  readonly rows: LabelledRows;
}

/** The largest ones; more cannot be read. */
const MOST_SLICES = 50;

/**
 * Slices by the values of a column, the largest first. Cells without a value are a slice of their own.
 *
 * @param place of the column among the values of each row
 */
export function rowSlices(
  rows: LabelledRows,
  column: string,
  place: number,
  minimumRows: number,
): RowSlice[] {
  const byValue = new Map<string, number[]>();
  for (const [row, values] of (rows.values ?? []).entries()) {
    const value = sliceName(column, values[place] ?? '');
    const known = byValue.get(value);
    if (known) known.push(row);
    else byValue.set(value, [row]);
  }
  return [...byValue]
    .filter(([, some]) => some.length >= minimumRows)
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, MOST_SLICES)
    .map(([name, some]) => ({ name, rows: rowsAt(rows, some) }));
}

/** The rows that are listed. */
export function rowsAt(all: LabelledRows, places: readonly number[]): LabelledRows {
  const { requests, hours, times, weights, probabilities, values } = all;
  const numbers = (column: Float64Array) => Float64Array.from(places, (place) => column[place] as number);
  const units = (column: Uint32Array) => Uint32Array.from(places, (place) => column[place] as number);
  const classes = (probabilities?.length ?? 0) / all.labels.length;
  return {
    labels: numbers(all.labels),
    predictions: numbers(all.predictions),
    ...(requests && { requests: units(requests) }),
    ...(hours && { hours: units(hours) }),
    ...(times && { times: numbers(times) }),
    ...(weights && { weights: numbers(weights) }),
    ...(probabilities && { probabilities: blocksOf(probabilities, classes, places) }),
    ...(values && { values: places.map((place) => values[place] as readonly string[]) }),
  };
}
