/** How much a model depends on features, by their names, from 0 to 1. */
export type RelativeImportance = Readonly<Record<string, number>>;

/**
 * Importance relative to the mean of all features, at most 1: a feature of mean importance counts in full,
 * and one of a tenth of it by a tenth. Importance below 0, as permutations give by chance, is 0. Empty if
 * none is important.
 *
 * @param importance in any unit, such as the loss of the metric when the feature is permuted
 */
export function relativeImportance(importance: Readonly<Record<string, number>>): RelativeImportance {
  const entries = Object.entries(importance).map(([name, value]) => [name, Math.max(0, value)] as const);
  const mean = entries.reduce((sum, [, value]) => sum + value, 0) / entries.length;
  return mean > 0
    ? Object.fromEntries(entries.map(([name, value]) => [name, Math.min(1, value / mean)]))
    : {};
}
