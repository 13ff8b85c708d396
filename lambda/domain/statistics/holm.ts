/**
 * P-values that are adjusted for their number: refuse where they are at most alpha, and the probability of
 * refusing any true hypothesis is at most alpha, however the tests depend on each other. The step-down procedure
 * of S. Holm, Scandinavian Journal of Statistics 6 (1979), p. 65, and with weights that on p. 69 there.
 *
 * @param weights of the hypotheses, above 0: one of twice the weight may be refused at twice the p-value.
 * @default - all alike
 */
export function holm(
  pValues: readonly number[],
  weights: readonly number[] = pValues.map(() => 1),
): number[] {
  const hypotheses = pValues.map((pValue, index) => ({ pValue, index, weight: weights[index] as number }));
  hypotheses.sort((a, b) => a.pValue / a.weight - b.pValue / b.weight);
  let remaining = weights.reduce((sum, weight) => sum + weight, 0);
  let largest = 0;
  const adjusted = new Array<number>(pValues.length);
  for (const { pValue, index, weight } of hypotheses) {
    largest = Math.max(largest, Math.min(1, (pValue * remaining) / weight));
    adjusted[index] = largest;
    remaining -= weight;
  }
  return adjusted;
}
