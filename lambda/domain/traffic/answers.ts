import { mostLikely } from '../metrics/several-classes';

/** Scores of one row may add up to one only so far: they are rounded, or of 32 bits. */
const ROUNDING = 1e-3;

/**
 * How many scores a row has: one, the probabilities of three classes or more, or those of two classes, which
 * add up to one.
 *
 * @returns undefined if it is none of these
 */
export function scoresPerRow(scores: ArrayLike<number>, rows: number): number | undefined {
  const count = scores.length / rows;
  if (count === 1 || (Number.isInteger(count) && count >= 3)) return count;
  return count === 2 && arePairs(scores) ? count : undefined;
}

function arePairs(scores: ArrayLike<number>): boolean {
  for (let i = 0; i < scores.length; i += 2) {
    const [first, second] = [scores[i] as number, scores[i + 1] as number];
    // NaN is the model's own failure, and fits anywhere.
    if (Math.abs(first + second - 1) > ROUNDING || first < 0 || second < 0) return false;
  }
  return true;
}

/**
 * One number a row of what a model answered: the number itself, of two classes the probability of the second,
 * and of several the number of the most likely one.
 */
export function answersOf(scores: ArrayLike<number>, scoresPerRow: number): number[] {
  const rows = Math.floor(scores.length / scoresPerRow);
  return Array.from({ length: rows }, (_, row) => {
    if (scoresPerRow <= 2) return scores[(row + 1) * scoresPerRow - 1] as number;
    for (let i = 0; i < scoresPerRow; i++) {
      if (Number.isNaN(scores[row * scoresPerRow + i])) return Number.NaN;
    }
    return mostLikely(scores, row, scoresPerRow);
  });
}
