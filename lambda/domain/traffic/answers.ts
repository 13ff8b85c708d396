import { mostLikely } from '../metrics/several-classes';

/**
 * One number a row of what a model answered: the number itself, or of the probabilities of several classes
 * the number of the most likely one.
 */
export function answersOf(scores: ArrayLike<number>, scoresPerRow: number): number[] {
  const rows = Math.floor(scores.length / scoresPerRow);
  return Array.from({ length: rows }, (_, row) => {
    if (scoresPerRow === 1) return scores[row] as number;
    for (let i = 0; i < scoresPerRow; i++) {
      if (Number.isNaN(scores[row * scoresPerRow + i])) return Number.NaN;
    }
    return mostLikely(scores, row, scoresPerRow);
  });
}
