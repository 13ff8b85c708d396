import type { CategoricalProfile, NumericProfile } from './profile';

/**
 * A profile of the numbers of classes as one of categories, in the order of the numbers: each has a bin of
 * its own. Undefined if there are more of them than that.
 */
export function predictedClasses({ edges, counts, missing }: NumericProfile): CategoricalProfile | undefined {
  const classes = edges.filter((_, i) => i % 2 === 1);
  const isExact =
    edges.length % 2 === 0 && edges.every((edge, i) => Number.isInteger(edge) === (i % 2 === 1));
  if (!isExact) return undefined;
  return {
    kind: 'categorical',
    categories: classes.map(String),
    counts: counts.filter((_, bin) => bin % 2 === 1),
    other: counts.reduce((sum, count, bin) => (bin % 2 === 0 ? sum + count : sum), 0),
    missing,
  };
}
