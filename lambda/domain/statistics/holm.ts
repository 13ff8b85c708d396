/**
 * Which hypotheses are refused, the probability of refusing any true one being at most alpha (S. Holm,
 * Scandinavian Journal of Statistics 6 (1979), p. 65).
 */
export function holm(pValues: readonly number[], alpha: number): boolean[] {
  const refused = pValues.map(() => false);
  const order = pValues
    .map((_, index) => index)
    .sort((a, b) => (pValues[a] as number) - (pValues[b] as number));
  for (const [rank, index] of order.entries()) {
    if (!((pValues[index] as number) < alpha / (pValues.length - rank))) break;
    refused[index] = true;
  }
  return refused;
}
