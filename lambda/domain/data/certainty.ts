/** How sure a model is of an answer, by the probabilities that it gives to several classes. */
export interface Certainty {
  /** The largest probability; NaN if the scores of the answer are no probabilities. */
  readonly confidence: number;
  /**
   * Entropy of the probabilities, from 0, for certain, to 1, for all classes alike: divided by its largest
   * value, the logarithm of their number. NaN as the confidence.
   */
  readonly entropy: number;
}

/** Models write a few digits of a probability. */
const ROUNDING = 0.01;

/** @param scores of several classes for each row, one row after the other */
export function certaintiesOf(scores: ArrayLike<number>, scoresPerRow: number): Certainty[] {
  const rows = Math.floor(scores.length / scoresPerRow);
  return Array.from({ length: rows }, (_, row) => certaintyOf(scores, row * scoresPerRow, scoresPerRow));
}

function certaintyOf(scores: ArrayLike<number>, start: number, count: number): Certainty {
  let [sum, confidence, entropy] = [0, 0, 0];
  for (let i = start; i < start + count; i++) {
    const share = scores[i] as number;
    if (!(share >= 0 && share <= 1)) return UNKNOWN;
    sum += share;
    confidence = Math.max(confidence, share);
    if (share > 0) entropy -= share * Math.log(share);
  }
  return Math.abs(sum - 1) > ROUNDING ? UNKNOWN : { confidence, entropy: entropy / Math.log(count) };
}

const UNKNOWN: Certainty = { confidence: Number.NaN, entropy: Number.NaN };
