import { leastOf } from '../../data/bins';
import {
  type CategoricalProfile,
  type FeatureProfile,
  type NumericProfile,
  rowsOf,
} from '../../data/profile';

/** Shares of the rows of the reference and of the window, from 0 to 1. */
export interface Shares {
  readonly reference: number;
  readonly window: number;
}

/** Values of a feature that are counted together: a category, a number, or what is in neither. */
export interface NamedBar extends Shares {
  readonly name: string;
}

/** How a chart shows the distributions of a feature. */
export type FeatureBars =
  | { readonly kind: 'names'; readonly bars: readonly NamedBar[] }
  | {
      readonly kind: 'ranges';
      /** Ascending; the outer bars hold all beyond. */
      readonly edges: readonly number[];
      /** One more than edges. */
      readonly bars: readonly Shares[];
      readonly missing: Shares;
    };

const MOST_NAMES = 8;
const MOST_RANGES = 24;
/** Distinct numbers up to which each has a bar of its own. */
const MOST_NUMBERS = 10;

/**
 * Bars of a feature, few enough for people, from the bins that both profiles share. No count is divided:
 * bars of ranges end where bins end.
 *
 * @returns undefined if the profiles do not have the same bins, or nothing was counted in either
 */
export function featureBars(
  reference: FeatureProfile | undefined,
  window: FeatureProfile | undefined,
): FeatureBars | undefined {
  if (!reference || !window || rowsOf(reference) === 0 || rowsOf(window) === 0) return undefined;
  if (reference.counts.length !== window.counts.length) return undefined;
  if (reference.kind === 'categorical' && window.kind === 'categorical') {
    return { kind: 'names', bars: categoryBars(reference, window) };
  }
  if (reference.kind === 'numeric' && window.kind === 'numeric') return numberBars(reference, window);
  return undefined;
}

/** The categories with the largest share in either, then all others. */
function categoryBars(reference: CategoricalProfile, window: CategoricalProfile): NamedBar[] {
  const share = sharesOf(reference, window);
  const bars = reference.categories
    .map((name, index) => ({ name, ...share(reference.counts[index] ?? 0, window.counts[index] ?? 0) }))
    .sort((a, b) => Math.max(b.reference, b.window) - Math.max(a.reference, a.window));
  const rest = bars.slice(MOST_NAMES).reduce(plus, share(reference.other, window.other));
  return [
    ...bars.slice(0, MOST_NAMES),
    ...named('all others', rest),
    ...named('missing', share(reference.missing, window.missing)),
  ];
}

function numberBars(reference: NumericProfile, window: NumericProfile): FeatureBars {
  const share = sharesOf(reference, window);
  const missing = share(reference.missing, window.missing);
  const counted = (from: number, to: number) => {
    const sum = ({ counts }: NumericProfile) => counts.slice(from, to).reduce((total, one) => total + one, 0);
    return share(sum(reference), sum(window));
  };
  const { edges } = reference;
  const numbers = distinctNumbers(edges);
  if (numbers) {
    const bars = numbers.map((value, index): NamedBar => {
      return { name: short(value), ...counted(2 * index + 1, 2 * index + 2) };
    });
    const between = numbers.map((_, index) => counted(2 * index, 2 * index + 1));
    const others = between.reduce(plus, counted(edges.length, edges.length + 1));
    return {
      kind: 'names',
      bars: [...bars, ...named('other numbers', others), ...named('missing', missing)],
    };
  }
  const places = evenlySpaced(edges);
  const ends = [...places.map((place) => place + 1), edges.length + 1];
  return {
    kind: 'ranges',
    edges: places.map((place) => edges[place] as number),
    bars: ends.map((end, index) => counted(ends[index - 1] ?? 0, end)),
    missing,
  };
}

/** The numbers that the edges were made of, if each of few has an edge right below it. */
function distinctNumbers(edges: readonly number[]): number[] | undefined {
  if (edges.length % 2 === 1 || edges.length > 2 * MOST_NUMBERS) return undefined;
  const numbers = edges.filter((_, index) => index % 2 === 1);
  return numbers.every((value, index) => isRightBelow(edges[2 * index], value)) ? numbers : undefined;
}

/** Places of edges about evenly apart in value, between the 1st and the 99th percentile. */
function evenlySpaced(edges: readonly number[]): number[] {
  const last = edges.length - 1;
  const [first, end] = [Math.ceil(0.01 * last), Math.floor(0.99 * last)];
  const [low, high] = [edges[first] as number, edges[end] as number];
  const places = new Set<number>();
  let place = first;
  for (let index = 0; index <= MOST_RANGES; index++) {
    const wanted = low + (index / MOST_RANGES) * (high - low);
    while (place < end && (edges[place] as number) < wanted) place++;
    // Of a number with an edge right below it, the number itself: it is the last of its bar.
    if (isRightBelow(edges[place], edges[place + 1])) place++;
    places.add(place);
  }
  return [...places];
}

/** Whether no number lies between them: see `quantileEdges`. */
function isRightBelow(edge: number | undefined, next: number | undefined): boolean {
  return edge !== undefined && next !== undefined && leastOf([edge, next]) === next;
}

function sharesOf(reference: FeatureProfile, window: FeatureProfile) {
  const [before, after] = [rowsOf(reference), rowsOf(window)];
  return (ofReference: number, ofWindow: number): Shares => {
    return { reference: ofReference / before, window: ofWindow / after };
  };
}

function plus(a: Shares, b: Shares): Shares {
  return { reference: a.reference + b.reference, window: a.window + b.window };
}

/** A bar only if something was counted in it. */
function named(name: string, { reference, window }: Shares): NamedBar[] {
  return reference + window > 0 ? [{ name, reference, window }] : [];
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)));
}
