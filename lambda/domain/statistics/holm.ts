/**
 * P-values that are adjusted for their number: refuse where they are at most alpha, and the probability of
 * refusing any true hypothesis is at most alpha, however the tests depend on each other. The step-down
 * procedure of S. Holm, Scandinavian Journal of Statistics 6 (1979), p. 65, and with weights that on p. 69
 * there.
 *
 * @param weights of the hypotheses, at least 0: one of twice the weight may be refused at twice the p-value,
 * and one of weight 0 is never refused. @default - all alike
 */
export function holm(
  pValues: readonly number[],
  weights: readonly number[] = pValues.map(() => 1),
): number[] {
  const adjusted = pValues.map(() => 1);
  const hypotheses = pValues.flatMap((pValue, index) => {
    const weight = weights[index] as number;
    return weight > 0 ? [{ pValue, index, weight }] : [];
  });
  hypotheses.sort((a, b) => a.pValue / a.weight - b.pValue / b.weight);
  let remaining = weights.reduce((sum, weight) => sum + weight, 0);
  let largest = 0;
  for (const { pValue, index, weight } of hypotheses) {
    largest = Math.max(largest, Math.min(1, (pValue * remaining) / weight));
    adjusted[index] = largest;
    remaining -= weight;
  }
  return adjusted;
}
