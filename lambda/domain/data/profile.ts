import { sameItems } from '../records/same-items';
import { frequentCategories, mostFrequent, quantileEdges } from './bins';
import type { Cell, Row } from './cell';
import type { Certainty } from './certainty';
import { CategoryCounter } from './feature-counter';
import { NumberCounter } from './number-counter';
import { OtherCategories } from './other-categories';
import { ProfileCounter } from './profile-counter';
import { TEXT_MEASURES, type TextProfile } from './text-profile';

export type FeatureKind = 'numeric' | 'categorical';

/**
 * Counts of a number in fixed bins. Bin 0 holds values up to and including `edges[0]`, bin i those in
 * (`edges[i-1]`, `edges[i]`], and the last one all above the last edge: `counts` has one entry more.
 */
export interface NumericProfile {
  readonly kind: 'numeric';
  /** Strictly increasing. */
  readonly edges: readonly number[];
  readonly counts: readonly number[];
  /** Cells that were empty or not a number. */
  readonly missing: number;
}

/** Counts of a category among the baseline's categories. */
export interface CategoricalProfile {
  readonly kind: 'categorical';
  /** The most frequent of the baseline first. */
  readonly categories: readonly string[];
  /** One for each category. */
  readonly counts: readonly number[];
  /** Cells with any other category. */
  readonly other: number;
  /**
   * The same cells by `categoryBucket`; left out if there are none. Profiles that were written before
   * version 0.2 do not have it.
   */
  readonly otherBuckets?: BucketCounts;
  readonly missing: number;
  /** What the cells are like if they are texts: then there are no categories, and no buckets. */
  readonly text?: TextProfile;
}

/** Counts by bucket, only of those that are not empty. */
export type BucketCounts = Readonly<Record<string, number>>;

export type FeatureProfile = NumericProfile | CategoricalProfile;

/**
 * A mergeable summary of one window of rows, as plain JSON. Windows are counted in the bins of the model's
 * baseline, so that profiles of minutes add up to exactly the profile of the day.
 */
export interface DatasetProfile {
  readonly rows: number;
  readonly features: Readonly<Record<string, FeatureProfile>>;
  /** The model's answers: numbers, or numbers of classes. */
  readonly prediction?: NumericProfile;
  /** How sure the model is of them, if they are probabilities of several classes. */
  readonly certainty?: CertaintyProfile;
}

/** By the parts of {@link Certainty}. */
export interface CertaintyProfile {
  readonly confidence: NumericProfile;
  readonly entropy: NumericProfile;
}

/** One row to count: cells in the order of the columns, and the model's answer if there is one. */
export interface ProfileRow {
  readonly cells: Row;
  readonly prediction?: number;
  /** Of an answer with probabilities of several classes. */
  readonly certainty?: Certainty;
}

/** A column of training data. */
export interface ProfileColumn {
  readonly name: string;
  readonly kind: FeatureKind;
  readonly cells: ArrayLike<Cell>;
}

/**
 * Profiles training data: chooses the bins of each column and counts it in them.
 *
 * @param predictions the model's answers to the same rows
 * @throws Error if columns differ in length
 */
export function baselineProfile(
  columns: readonly ProfileColumn[],
  predictions?: ArrayLike<number>,
): DatasetProfile {
  const rows = columns[0]?.cells.length ?? predictions?.length ?? 0;
  const lengths = [...columns.map((column) => column.cells.length), predictions?.length ?? rows];
  if (lengths.some((length) => length !== rows)) {
    throw new Error(`columns of one data set have different lengths: ${lengths.join(', ')}`);
  }
  const features = columns.map(({ name, kind, cells }) => [
    name,
    kind === 'numeric'
      ? profileNumbers(cells, quantileEdges(cells))
      : profileCategories(cells, frequentCategories(cells)),
  ]);
  return {
    rows,
    features: Object.fromEntries(features),
    ...(predictions && { prediction: profileNumbers(predictions, quantileEdges(predictions)) }),
  };
}

/**
 * Counts rows in the bins of a baseline. Without rows the result is the empty profile, which changes nothing
 * when merged.
 *
 * @param columns names of the rows' cells, in their order
 * @throws Error if a feature of the baseline is not among the columns
 */
export function profileRows(
  baseline: DatasetProfile,
  columns: readonly string[],
  rows: Iterable<ProfileRow>,
): DatasetProfile {
  const counter = new ProfileCounter(baseline, columns);
  for (const { cells, prediction, certainty } of rows) counter.addRow(cells, prediction, certainty);
  return counter.profile();
}

/** Counts numbers in given bins. */
export function profileNumbers(cells: ArrayLike<Cell>, edges: readonly number[]): NumericProfile {
  return countAll(new NumberCounter(edges), cells);
}

/** Counts cells in given categories. */
export function profileCategories(cells: ArrayLike<Cell>, categories: readonly string[]): CategoricalProfile {
  return countAll(new CategoryCounter(categories), cells);
}

function countAll<C extends NumberCounter | CategoryCounter>(
  counter: C,
  cells: ArrayLike<Cell>,
): ReturnType<C['profile']> {
  for (let i = 0; i < cells.length; i++) counter.add(cells[i]);
  return counter.profile() as ReturnType<C['profile']>;
}

/** The profile of a column whose categories are counted, all of them. */
export function profileFrequencies(
  frequency: ReadonlyMap<string, number>,
  missing: number,
): CategoricalProfile {
  const categories = mostFrequent(frequency);
  const counts = categories.map((category) => frequency.get(category) as number);
  const known = new Set(categories);
  const others = new OtherCategories();
  for (const [category, count] of frequency) if (!known.has(category)) others.add(category, count);
  return { kind: 'categorical', categories, counts, ...others.counts(), missing };
}

/**
 * The profile of the rows of both windows together: exact, associative and commutative.
 *
 * @throws Error if the profiles do not have the same features and bins
 */
export function merge(a: DatasetProfile, b: DatasetProfile): DatasetProfile {
  const names = Object.keys(a.features);
  const others = Object.keys(b.features);
  const isAlike = (part: 'prediction' | 'certainty') => (a[part] === undefined) === (b[part] === undefined);
  if (names.length !== others.length || !isAlike('prediction') || !isAlike('certainty')) {
    throw differentBins('data set');
  }
  const features = names.map((name) => [name, mergeFeature(name, a.features[name], b.features[name])]);
  return {
    rows: a.rows + b.rows,
    features: Object.fromEntries(features),
    ...(a.prediction && { prediction: mergeFeature('prediction', a.prediction, b.prediction) }),
    ...(a.certainty && { certainty: mergeCertainty(a.certainty, b.certainty) }),
  };
}

/** Whether two profiles count in the same bins, so that they can be merged. */
export function haveSameBins(a: DatasetProfile, b: DatasetProfile): boolean {
  const [names, others] = [Object.keys(a.features), Object.keys(b.features)];
  return (
    sameItems(names.sort(), others.sort()) &&
    names.every((name) => sameBins(a.features[name], b.features[name])) &&
    haveSame(a.prediction, b.prediction) &&
    haveSame(a.certainty?.confidence, b.certainty?.confidence) &&
    haveSame(a.certainty?.entropy, b.certainty?.entropy)
  );
}

/** Whether both have the same bins, or none. */
function haveSame(a: FeatureProfile | undefined, b: FeatureProfile | undefined): boolean {
  return a || b ? sameBins(a, b) : true;
}

/** Number of rows that a feature's profile was counted over, missing values included. */
export function rowsOf(profile: FeatureProfile): number {
  const other = profile.kind === 'categorical' ? profile.other : 0;
  return profile.counts.reduce((sum, count) => sum + count, other + profile.missing);
}

/**
 * The profile of one feature over both windows together.
 *
 * @throws Error if they do not have the same bins
 */
export function mergeFeature<P extends FeatureProfile>(name: string, a: P | undefined, b: P | undefined): P;
export function mergeFeature(name: string, a?: FeatureProfile, b?: FeatureProfile): FeatureProfile {
  if (a?.kind === 'numeric' && b?.kind === 'numeric' && sameItems(a.edges, b.edges)) {
    return { ...a, counts: add(a.counts, b.counts), missing: a.missing + b.missing };
  }
  if (a?.kind === 'categorical' && b?.kind === 'categorical' && sameItems(a.categories, b.categories)) {
    const otherBuckets = mergeBuckets(a, b);
    const text = mergeTexts(name, a.text, b.text);
    return {
      kind: 'categorical',
      categories: a.categories,
      counts: add(a.counts, b.counts),
      other: a.other + b.other,
      ...(otherBuckets && { otherBuckets }),
      missing: a.missing + b.missing,
      ...(text && { text }),
    };
  }
  throw differentBins(name);
}

function mergeCertainty(a: CertaintyProfile, b: CertaintyProfile | undefined): CertaintyProfile {
  return {
    confidence: mergeFeature('confidence', a.confidence, b?.confidence),
    entropy: mergeFeature('entropy', a.entropy, b?.entropy),
  };
}

function mergeTexts(name: string, a?: TextProfile, b?: TextProfile): TextProfile | undefined {
  if (!a && !b) return undefined;
  const merged = TEXT_MEASURES.map((measure) => [
    measure,
    mergeFeature(`${name}.${measure}`, a?.[measure], b?.[measure]),
  ]);
  return Object.fromEntries(merged) as TextProfile;
}

/** Undefined if there are no other categories, or one of the profiles does not tell which. */
function mergeBuckets(a: CategoricalProfile, b: CategoricalProfile): BucketCounts | undefined {
  if (a.other + b.other === 0 || !hasBuckets(a) || !hasBuckets(b)) return undefined;
  const merged: Record<string, number> = { ...a.otherBuckets };
  for (const [bucket, count] of Object.entries(b.otherBuckets ?? {})) {
    merged[bucket] = (merged[bucket] ?? 0) + count;
  }
  return merged;
}

/** Whether the cells with other categories are counted by bucket. */
export function hasBuckets({ other, otherBuckets }: CategoricalProfile): boolean {
  return other === 0 || otherBuckets !== undefined;
}

/** Whether both are of one kind, with the same bins. */
export function sameBins(a?: FeatureProfile, b?: FeatureProfile): boolean {
  if (a?.kind === 'numeric') return b?.kind === 'numeric' && sameItems(a.edges, b.edges);
  return (
    a !== undefined &&
    b?.kind === 'categorical' &&
    sameItems(a.categories, b.categories) &&
    TEXT_MEASURES.every((measure) => haveSame(a.text?.[measure], b.text?.[measure]))
  );
}

function differentBins(name: string): Error {
  return new Error(`profiles of '${name}' have different bins: only windows of one model version merge`);
}

function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((count, i) => count + (b[i] as number));
}
