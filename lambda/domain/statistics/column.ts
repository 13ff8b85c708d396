/** Numbers in a column, one for each row. */
export type Column = ArrayLike<number>;

/**
 * @throws Error unless there are rows, and each column has a number for each, or scores of as many classes
 */
export function checkLengths(labels: Column, scores: Column, weights?: Column, classes = 1): void {
  if (labels.length === 0) throw new Error('a metric of no rows is undefined: give at least one');
  if (labels.length * classes !== scores.length) {
    throw new Error(
      `${labels.length} labels and ${scores.length} scores: each row needs ${classes === 1 ? 'one of both' : `a label and ${classes} scores`}`,
    );
  }
  if (weights && weights.length !== labels.length) {
    throw new Error(`${labels.length} labels and ${weights.length} weights: each row needs one of both`);
  }
}

/** @throws Error if the label is not 0 or 1 */
export function classAt(labels: Column, row: number): 0 | 1 {
  const label = labels[row];
  if (label !== 0 && label !== 1) throw new Error(`label ${label} in row ${row} is not 0 or 1`);
  return label;
}

/** @throws Error if the score is not from 0 to 1 */
export function probabilityAt(scores: Column, place: number, row = place): number {
  const score = scores[place] as number;
  if (!(score >= 0 && score <= 1)) throw new Error(`score ${score} in row ${row} is not a probability`);
  return score;
}

export function weightAt(weights: Column | undefined, row: number): number {
  return weights ? (weights[row] as number) : 1;
}

/** Sum of the weights; the number of rows without weights. */
export function totalWeight(rows: number, weights?: Column): number {
  if (!weights) return rows;
  let total = 0;
  for (let i = 0; i < rows; i++) total += weights[i] as number;
  return total;
}

/** Weighted mean of the labels: of classes the share of class 1. */
export function meanLabel(labels: Column, weights?: Column): number {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += weightAt(weights, i) * (labels[i] as number);
  return sum / totalWeight(labels.length, weights);
}
