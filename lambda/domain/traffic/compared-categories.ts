import { categoryBucket } from '../data/other-categories';
import { type CategoricalProfile, hasBuckets, rowsOf } from '../data/profile';

/** Counts of one category, or of several rare ones, in two samples. */
export type Pair = readonly [number, number];

/**
 * Counts of the union of the categories of both profiles; missing values are a category of their own.
 * Categories with an expected count below 5 in either window are pooled (W. G. Cochran, Biometrics 10 (1954),
 * p. 417), by the hash of their names into pools of an expected count of about 10 or more. Which categories
 * are pooled, and where, depends on the counts of both windows together alone: given those the windows are
 * exchangeable without drift, so that pooling does not favour one of them.
 */
export function comparedCategories(a: CategoricalProfile, b: CategoricalProfile): Pair[] {
  const [n, m] = [rowsOf(a), rowsOf(b)];
  return poolRare(unionOf(a, b), Math.min(n, m) / (n + m));
}

interface Category {
  readonly counts: Pair;
  /** Decides with which others it is pooled if it is rare. */
  readonly bucket: number;
}

function unionOf(a: CategoricalProfile, b: CategoricalProfile): Category[] {
  const listed = a.categories.map((category, i): Category => {
    return { counts: [a.counts[i] as number, b.counts[i] as number], bucket: categoryBucket(category) };
  });
  const missing: Category = { counts: [a.missing, b.missing], bucket: 0 };
  // A profile of an older package does not tell its other categories apart.
  if (!hasBuckets(a) || !hasBuckets(b)) {
    return [...listed, { counts: [a.other, b.other], bucket: 0 }, missing];
  }
  const [ofA, ofB] = [a.otherBuckets ?? {}, b.otherBuckets ?? {}];
  const others = [...new Set([...Object.keys(ofA), ...Object.keys(ofB)])].map((bucket): Category => {
    return { counts: [ofA[bucket] ?? 0, ofB[bucket] ?? 0], bucket: Number(bucket) };
  });
  return [...listed, ...others, missing];
}

/** @param smallerShare of the smaller window among the rows of both */
function poolRare(categories: readonly Category[], smallerShare: number): Pair[] {
  const expected = ([x, y]: Pair) => (x + y) * smallerShare;
  const isRare = (pair: Pair) => expected(pair) < LEAST_EXPECTED;
  const present = categories.filter(({ counts: [x, y] }) => x + y > 0);
  const rare = present.filter(({ counts }) => isRare(counts));
  const pools = poolsOf(rare, expected(sumOf(rare.map(({ counts }) => counts))));
  const cells = present.flatMap(({ counts }) => (isRare(counts) ? [] : [counts]));
  const rest = sumOf(pools.filter(isRare));
  const common = [...cells, ...pools.filter((pool) => !isRare(pool))];
  if (rest[0] + rest[1] === 0) return common;
  if (common.length === 0) return [rest];
  // What is left is rare itself: it joins the least frequent of the others.
  const [least, ...others] = common.sort((p, q) => expected(p) - expected(q));
  return [sumOf([least as Pair, rest]), ...others];
}

const LEAST_EXPECTED = 5;
const EXPECTED_IN_POOL = 10;
const MOST_POOLS = 128;

function poolsOf(rare: readonly Category[], expected: number): Pair[] {
  const exponent = Math.floor(Math.log2(Math.max(1, expected / EXPECTED_IN_POOL)));
  const count = Math.min(MOST_POOLS, 2 ** exponent);
  const pools = Array.from({ length: count }, (): [number, number] => [0, 0]);
  for (const { counts, bucket } of rare) {
    const pool = pools[bucket % count] as [number, number];
    pool[0] += counts[0];
    pool[1] += counts[1];
  }
  return pools.filter(([x, y]) => x + y > 0);
}

function sumOf(pairs: readonly Pair[]): Pair {
  return pairs.reduce<Pair>(([x, y], [u, v]) => [x + u, y + v], [0, 0]);
}
