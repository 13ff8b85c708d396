/** An array of NumPy: its values row by row (C order). */
export interface NpyArray {
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/**
 * Reads an array of numbers or truth values as `numpy.save` writes it.
 *
 * @see https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 * @throws Error that says what is wrong
 */
export function parseNpy(bytes: Buffer): NpyArray {
  if (bytes.subarray(0, 6).toString('latin1') !== '\x93NUMPY') {
    throw new Error('it does not begin as a NumPy array does');
  }
  // Version 1 has a length of two bytes, later ones of four.
  const start = bytes[6] === 1 ? 10 : 12;
  const end = start === 10 ? start + bytes.readUInt16LE(8) : start + bytes.readUInt32LE(8);
  const header = bytes.toString('latin1', start, end);
  const { descr, shape, isColumnMajor } = parseHeader(header);
  const [, order, type] = /^([<>|=])([a-z]\d)$/.exec(descr) ?? [];
  const reader = READERS[type ?? ''];
  if (!reader) throw new Error(`NumPy arrays of type '${descr}' are not read, only numbers and truth values`);
  const count = shape.reduce((product, size) => product * size, 1);
  const size = Number(type?.slice(1));
  if (bytes.length - end !== count * size) {
    throw new Error(`a NumPy array of shape (${shape.join(', ')}) has ${bytes.length - end} bytes of values`);
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset + end, count * size);
  const values = Array.from({ length: count }, (_, i) => reader(view, i * size, order !== '>'));
  return { shape, values: isColumnMajor ? transposed(values, shape) : values };
}

type Reader = (view: DataView, at: number, isLittleEndian: boolean) => number;

const READERS: Readonly<Record<string, Reader>> = {
  f4: (view, at, little) => view.getFloat32(at, little),
  f8: (view, at, little) => view.getFloat64(at, little),
  i1: (view, at) => view.getInt8(at),
  i2: (view, at, little) => view.getInt16(at, little),
  i4: (view, at, little) => view.getInt32(at, little),
  i8: (view, at, little) => Number(view.getBigInt64(at, little)),
  u1: (view, at) => view.getUint8(at),
  u2: (view, at, little) => view.getUint16(at, little),
  u4: (view, at, little) => view.getUint32(at, little),
  u8: (view, at, little) => Number(view.getBigUint64(at, little)),
  b1: (view, at) => view.getUint8(at),
};

/** Reads a header such as `{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }`. */
function parseHeader(header: string) {
  const descr = /'descr':\s*'([^']*)'/.exec(header)?.[1];
  const order = /'fortran_order':\s*(True|False)/.exec(header)?.[1];
  const shape = /'shape':\s*\(([\d,\s]*)\)/.exec(header)?.[1];
  if (descr === undefined || order === undefined || shape === undefined) {
    throw new Error(`the header of a NumPy array is not read: ${header.slice(0, 80).trim()}`);
  }
  const sizes = shape.split(',').flatMap((size) => (size.trim() === '' ? [] : [Number(size)]));
  return { descr, shape: sizes, isColumnMajor: order === 'True' && sizes.length > 1 };
}

/** From column by column to row by row: the last index moves first then. */
function transposed(values: readonly number[], shape: readonly number[]): number[] {
  const strides = shape.map((_, axis) => shape.slice(0, axis).reduce((product, size) => product * size, 1));
  return values.map((_, place) => {
    let rest = place;
    let from = 0;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] as number;
      from += (rest % size) * (strides[axis] as number);
      rest = Math.floor(rest / size);
    }
    return values[from] as number;
  });
}
