import { Tensor } from 'onnxruntime-node';
import { LARGEST_FLOATS } from './cell-elements';
import type { RequestColumns } from './request-columns';
import type { RequestCell, Rows } from './rows';

/** Rows of numbers, and the tensor of a model's one input. */
export interface PlainRows {
  readonly cells: readonly (readonly RequestCell[])[];
  readonly tensors: Readonly<Record<string, Tensor>>;
}

/**
 * The tensor of rows that are lists of numbers, for a model with one input of floating-point numbers, in one
 * pass over the cells.
 *
 * @returns undefined if the model has other inputs, or anything else is among the rows: the columns read
 * that, or tell what is wrong with it
 */
export function plainRows(rows: Rows, { ofFloats }: RequestColumns): PlainRows | undefined {
  if (!ofFloats || rows.length === 0) return undefined;
  const { name, type, shape, width } = ofFloats;
  const largest = LARGEST_FLOATS[type];
  const length = rows.length * width;
  const data = type === 'float32' ? new Float32Array(length) : new Float64Array(length);
  let at = 0;
  for (const row of rows) {
    if (!Array.isArray(row) || row.length !== width) return undefined;
    for (let i = 0; i < width; i++) {
      const cell: RequestCell = row[i];
      if (typeof cell !== 'number' || !(Math.abs(cell) <= largest)) return undefined;
      data[at++] = cell;
    }
  }
  const tensor = new Tensor(type as 'float32', data as Float32Array, [rows.length, ...shape]);
  return { cells: rows as PlainRows['cells'], tensors: { [name]: tensor } };
}

/**
 * The tensor of rows of numbers, as {@link plainRows}.
 *
 * @param values row after row; NaN where one is missing
 * @returns undefined if the model has other inputs, or a number is too large for its input
 */
export function numberTensor(
  values: Float64Array,
  rows: number,
  { ofFloats }: RequestColumns,
): PlainRows['tensors'] | undefined {
  if (!ofFloats || values.length !== rows * ofFloats.width) return undefined;
  const { name, type, shape } = ofFloats;
  const largest = LARGEST_FLOATS[type];
  for (let i = 0; i < values.length; i++) if (Math.abs(values[i] as number) > largest) return undefined;
  const data = type === 'float32' ? new Float32Array(values) : values;
  return { [name]: new Tensor(type as 'float32', data as Float32Array, [rows, ...shape]) };
}
