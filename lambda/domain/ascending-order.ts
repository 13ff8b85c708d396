/**
 * Indices of the values from the least to the greatest, equal ones in their order. Many are sorted by radix, 16 bits at a
 * time: O(n), a tenth of the time that a comparison takes for a million.
 *
 * @param values no NaN
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i);
  return values.length < FEW
    ? order.sort((i, j) => (values[i] as number) - (values[j] as number))
    : radixSort(order, sortableBits(values));
}

/** Below this, clearing the counters costs more than comparing. */
const FEW = 10_000;
const DIGITS = 0x10000;

/** 64 bits for each value, low half first, that order as unsigned numbers like the values do. */
function sortableBits(values: ArrayLike<number>): Uint32Array {
  // Adding 0 makes -0 and 0 one value.
  const bits = new Uint32Array(Float64Array.from(values, (value) => value + 0).buffer);
  for (let i = 0; i < bits.length; i += 2) {
    const high = bits[i + 1] as number;
    if (high >>> 31) {
      bits[i] = ~(bits[i] as number);
      bits[i + 1] = ~high;
    } else {
      bits[i + 1] = high | 0x80000000;
    }
  }
  return bits;
}

function radixSort(order: Uint32Array<ArrayBuffer>, bits: Uint32Array): Uint32Array {
  let from = order;
  let to = new Uint32Array(order.length);
  const starts = new Uint32Array(DIGITS);
  for (let digit = 0; digit < 4; digit++) {
    const half = digit >> 1;
    const shift = 16 * (digit & 1);
    starts.fill(0);
    for (let i = half; i < bits.length; i += 2) count(starts, ((bits[i] as number) >>> shift) & 0xffff);
    if (starts.includes(order.length)) continue;
    let start = 0;
    for (let value = 0; value < DIGITS; value++) {
      const size = starts[value] as number;
      starts[value] = start;
      start += size;
    }
    for (let i = 0; i < from.length; i++) {
      const index = from[i] as number;
      to[count(starts, ((bits[2 * index + half] as number) >>> shift) & 0xffff)] = index;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Adds one; gives the count before. */
function count(counts: Uint32Array, place: number): number {
  const before = counts[place] as number;
  counts[place] = before + 1;
  return before;
}
