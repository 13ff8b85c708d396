import { logGamma } from './special-functions';

/**
 * An upper bound of the probability that, of categories in two samples of one distribution, those that only
 * the second sample has hold so many of its rows, given how often each occurs in both together.
 *
 * A category with t rows is in the second sample alone with probability h = C(m, t) / C(n + m, t), if the
 * samples have n and m rows. Which are is negatively associated (K. Joag-Dev and F. Proschan, Annals of
 * Statistics 11 (1983), p. 286, section 3.2), so that Chernoff's bound holds: the least over s >= 0 of e^(-s
 * u) times the product of 1 + h (e^(s t) - 1). It is exact for one category, and else larger than the
 * probability.
 *
 * @param unseenRows of the categories that the second sample alone has
 * @param totals rows of each category in both samples
 * @param rows of the first and of the second sample
 */
export function unseenMassBound(
  unseenRows: number,
  totals: readonly number[],
  [first, second]: readonly [number, number],
): number {
  if (unseenRows === 0) return 1;
  const terms = termsOf(totals, first, second);
  const slope = (s: number) =>
    terms.reduce((sum, { t, categories, logOdds }) => {
      return sum + (categories * t) / (1 + Math.exp(-logOdds - s * t));
    }, -unseenRows);
  if (slope(0) >= 0) return 1;
  let [low, high] = [0, 1];
  while (slope(high) < 0 && high < LARGEST_S) high *= 2;
  for (let i = 0; i < 60; i++) {
    const middle = (low + high) / 2;
    if (slope(middle) < 0) low = middle;
    else high = middle;
  }
  const logBound = terms.reduce((sum, { t, categories, logShare, logOther }) => {
    return sum + categories * logSum(logShare + high * t, logOther);
  }, -unseenRows * high);
  return Math.min(1, Math.exp(logBound));
}

/**
 * Where all that can be unseen is, the bound has its least value at infinity, and is as near as it matters
 * here.
 */
const LARGEST_S = 1000;

interface Term {
  /** Rows of each of the categories. */
  readonly t: number;
  readonly categories: number;
  /** Logarithms of h, 1 - h and h / (1 - h). */
  readonly logShare: number;
  readonly logOther: number;
  readonly logOdds: number;
}

function termsOf(totals: readonly number[], first: number, second: number): Term[] {
  const categoriesByTotal = new Map<number, number>();
  for (const t of totals) categoriesByTotal.set(t, (categoriesByTotal.get(t) ?? 0) + 1);
  return [...categoriesByTotal].flatMap(([t, categories]) => {
    if (t === 0 || t > second) return [];
    const logShare =
      logGamma(second + 1) -
      logGamma(second - t + 1) -
      logGamma(first + second + 1) +
      logGamma(first + second - t + 1);
    const logOther = Math.log1p(-Math.exp(logShare));
    return [{ t, categories, logShare, logOther, logOdds: logShare - logOther }];
  });
}

/** ln(e^a + e^b) */
function logSum(a: number, b: number): number {
  const [larger, smaller] = [Math.max(a, b), Math.min(a, b)];
  return larger + Math.log1p(Math.exp(smaller - larger));
}
