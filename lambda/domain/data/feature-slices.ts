import { binOf } from './bins';
import { type Cell, isMissingCategory, numberOf, type Row } from './cell';
import type { CategoricalProfile, DatasetProfile, NumericProfile } from './profile';

/** A part of the rows: those in which one feature lies in a range, or is a category. */
export interface FeatureSlice {
  readonly feature: string;
  /** What its values are, in words: `above 3.2`. */
  readonly values: string;
}

/** Parts of the rows that cover all of them once for each feature. */
export interface FeatureSlices {
  readonly slices: readonly FeatureSlice[];
  /**
   * Indices of the slices that a row belongs to; none if it has another number of cells than the baseline has
   * features.
   */
  indicesOf(row: Row): number[];
}

/** A numeric feature has as many ranges as it takes to hold equal shares of the baseline. */
const RANGES = 4;
const MOST_CATEGORIES = 8;

/**
 * Slices by the quartiles, and by the most frequent categories, of the data that a version was trained with.
 */
export function featureSlices({ features }: Pick<DatasetProfile, 'features'>): FeatureSlices {
  const slices: FeatureSlice[] = [];
  const finders = Object.entries(features).map(([feature, profile]) => {
    const { values, find } = profile.kind === 'numeric' ? ranges(profile) : categories(profile);
    const first = slices.length;
    slices.push(...values.map((words) => ({ feature, values: words })));
    return (cell: Cell | undefined) => first + find(cell);
  });
  return {
    slices,
    indicesOf: (row) => (row.length === finders.length ? finders.map((find, index) => find(row[index])) : []),
  };
}

interface Partition {
  readonly values: string[];
  /** Index of the part that a cell belongs to. */
  readonly find: (cell: Cell | undefined) => number;
}

function ranges(profile: NumericProfile): Partition {
  const ends = Array.from({ length: RANGES - 1 }, (_, index) => quantileOf(profile, (index + 1) / RANGES));
  const edges = [...new Set(ends)].filter(Number.isFinite);
  const number = (value: number | undefined) => String(Number(value?.toPrecision(4)));
  const values = edges.map((edge, index) =>
    index === 0 ? `up to ${number(edge)}` : `above ${number(edges[index - 1])} up to ${number(edge)}`,
  );
  const missing = edges.length + 1;
  return {
    values: [...values, edges.length > 0 ? `above ${number(edges.at(-1))}` : 'any', 'missing'],
    find: (cell) => {
      const value = numberOf(cell);
      return Number.isNaN(value) ? missing : binOf(value, edges);
    },
  };
}

/** The edge up to which at least a share of the counted values lies; infinite beyond the last one. */
export function quantileOf({ edges, counts }: NumericProfile, share: number): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  let below = 0;
  const bin = counts.findIndex((count) => {
    below += count;
    return total > 0 && below >= share * total;
  });
  return edges[bin] ?? Number.POSITIVE_INFINITY;
}

function categories({ categories: known }: CategoricalProfile): Partition {
  const names = known.slice(0, MOST_CATEGORIES);
  return {
    values: [...names, 'any other', 'missing'],
    find: (cell) => {
      if (isMissingCategory(cell)) return names.length + 1;
      const index = names.indexOf(String(cell));
      return index < 0 ? names.length : index;
    },
  };
}
