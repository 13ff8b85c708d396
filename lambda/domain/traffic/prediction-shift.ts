import { type NumericProfile, rowsOf } from '../data/profile';
import { kolmogorovSmirnov } from './kolmogorov-smirnov';

/** How differently two versions answer. */
export interface PredictionShift {
  /** Largest difference between the two distribution functions, from 0 to 1 (Kolmogorov and Smirnov's D). */
  readonly distance: number;
  /** Of the true distance; it holds at all evaluations together with probability 1 - alpha. */
  readonly interval: readonly [low: number, high: number];
  readonly rows: { readonly challenger: number; readonly champion: number };
}

/** Rows that each version needs: the band begins there. */
export const FEWEST_ROWS = 100;

/**
 * Compares the answers of two versions, counted in the same bins; undefined with fewer than {@link
 * FEWEST_ROWS} of either. It may be evaluated repeatedly. Bins were chosen beforehand: within them the
 * distance can only seem smaller.
 */
export function predictionShift(
  challenger: NumericProfile,
  champion: NumericProfile,
  alpha: number,
): PredictionShift | undefined {
  const rows = { challenger: rowsOf(challenger), champion: rowsOf(champion) };
  if (Math.min(rows.challenger, rows.champion) < FEWEST_ROWS) return undefined;
  const { distance } = kolmogorovSmirnov(challenger, champion);
  const width = bandWidth(rows.challenger, alpha / 2) + bandWidth(rows.champion, alpha / 2);
  return { distance, interval: [Math.max(0, distance - width), Math.min(1, distance + width)], rows };
}

/**
 * Half the width of a band around the empirical distribution function of `rows` values, in which the true one
 * lies for all numbers of rows from {@link FEWEST_ROWS} on, with probability 1 - alpha: .85 sqrt((log log(e t
 * / m) + .8 log(1612 / alpha)) / t) (S. R. Howard and A. Ramdas, Bernoulli 28 (2022), p. 1704, corollary 2).
 */
export function bandWidth(rows: number, alpha: number): number {
  const iterated = Math.log(1 + Math.log(rows / FEWEST_ROWS));
  return 0.85 * Math.sqrt((iterated + 0.8 * Math.log(1612 / alpha)) / rows);
}
