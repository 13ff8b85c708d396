/**
 * Moves places along a line apart, as little as need be, until neighbours are `gap` apart and all lie between
 * `low` and `high`.
 *
 * @returns them in the order in which they came
 */
export function spread(
  places: readonly number[],
  gap: number,
  { low, high }: { readonly low: number; readonly high: number },
): number[] {
  const order = places.map((_, index) => index).sort((a, b) => (places[a] ?? 0) - (places[b] ?? 0));
  const spreadOut = places.map((place) => Math.min(high, Math.max(low, place)));
  for (const [rank, index] of order.entries()) {
    const before = order[rank - 1];
    if (before !== undefined) {
      spreadOut[index] = Math.max(spreadOut[index] as number, (spreadOut[before] as number) + gap);
    }
  }
  let limit = high;
  for (const index of order.reverse()) {
    spreadOut[index] = Math.min(spreadOut[index] as number, limit);
    limit = (spreadOut[index] as number) - gap;
  }
  return spreadOut;
}
