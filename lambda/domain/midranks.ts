/** Indices of the values from the least to the greatest. */
export function ascendingOrder(values: ArrayLike<number>): Uint32Array {
  return Uint32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => (values[i] as number) - (values[j] as number),
  );
}

/**
 * Ranks from 1, equal values sharing the mean of their ranks.
 *
 * @param order indices of the values to rank, from the least to the greatest
 * @returns ranks at the indices of the values; 0 for values that `order` leaves out
 */
export function midranks(values: ArrayLike<number>, order: Uint32Array): Float64Array {
  const ranks = new Float64Array(values.length);
  for (let start = 0; start < order.length; ) {
    let end = start + 1;
    while (end < order.length && values[order[end] as number] === values[order[start] as number]) end++;
    for (let i = start; i < end; i++) ranks[order[i] as number] = (start + 1 + end) / 2;
    start = end;
  }
  return ranks;
}
