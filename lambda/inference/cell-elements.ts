import type { Tensor } from 'onnxruntime-node';
import type { InputType } from '../domain/onnx/served-graph';
import type { RequestCell } from './rows';

/** What an element of a tensor is made of a cell, or what is wrong with the cell. */
export type Element = { readonly value: number | bigint | string } | { readonly problem: string };

/** What a type of tensors takes from JSON. */
export interface ElementReader {
  /** An array for so many elements. */
  readonly array: (length: number) => TensorData;
  readonly read: (cell: RequestCell) => Element;
}

type TensorData = Tensor.DataTypeMap[InputType];

/** The largest number of a type. */
export const LARGEST_FLOATS = { float32: 3.4028234663852886e38, float64: Number.MAX_VALUE } as const;

/** How cells become elements, by the type of the tensor. */
export const ELEMENT_READERS: Readonly<Record<InputType, ElementReader>> = {
  float32: {
    array: (length) => new Float32Array(length),
    read: (cell) => float(cell, LARGEST_FLOATS.float32),
  },
  float64: {
    array: (length) => new Float64Array(length),
    read: (cell) => float(cell, LARGEST_FLOATS.float64),
  },
  int8: { array: (length) => new Int8Array(length), read: (cell) => whole(cell, -128, 127) },
  int16: { array: (length) => new Int16Array(length), read: (cell) => whole(cell, -32_768, 32_767) },
  int32: { array: (length) => new Int32Array(length), read: (cell) => whole(cell, -(2 ** 31), 2 ** 31 - 1) },
  int64: { array: (length) => new BigInt64Array(length), read: (cell) => big(cell, Number.MIN_SAFE_INTEGER) },
  uint8: { array: (length) => new Uint8Array(length), read: (cell) => whole(cell, 0, 255) },
  uint16: { array: (length) => new Uint16Array(length), read: (cell) => whole(cell, 0, 65_535) },
  uint32: { array: (length) => new Uint32Array(length), read: (cell) => whole(cell, 0, 2 ** 32 - 1) },
  uint64: { array: (length) => new BigUint64Array(length), read: (cell) => big(cell, 0) },
  bool: { array: (length) => new Uint8Array(length), read: truth },
  string: { array: (length) => new Array<string>(length), read: text },
};

/** As in training data, true is 1 and false is 0; nothing is not a number, which imputers replace. */
function float(cell: RequestCell, largest: number): Element {
  if (cell === null) return { value: Number.NaN };
  const value = typeof cell === 'boolean' ? Number(cell) : cell;
  if (typeof value !== 'number' || !Number.isFinite(value))
    return { problem: 'but the model takes a number' };
  if (Math.abs(value) <= largest) return { value };
  return { problem: 'which is beyond the numbers of 32 bits that the model takes (3.4e38)' };
}

function whole(cell: RequestCell, least: number, most: number): Element {
  const value = typeof cell === 'boolean' ? Number(cell) : cell;
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most)
    return { value };
  return { problem: `but the model takes a whole number from ${least} to ${most}` };
}

function big(cell: RequestCell, least: number): Element {
  const found = whole(cell, least, Number.MAX_SAFE_INTEGER);
  return 'value' in found ? { value: BigInt(found.value) } : found;
}

function truth(cell: RequestCell): Element {
  if (typeof cell === 'boolean' || cell === 0 || cell === 1) return { value: Number(cell) };
  return { problem: 'but the model takes true or false' };
}

/** A category that is a number in JSON is the same text in CSV. Nothing is an empty cell there. */
function text(cell: RequestCell): Element {
  if (cell === null) return { value: '' };
  if (typeof cell === 'string') return { value: cell };
  return typeof cell === 'number' ? { value: String(cell) } : { problem: 'but the model takes a text' };
}
