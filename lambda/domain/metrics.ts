import { ascendingOrder, midranks } from './midranks';

/** Numbers in a column, one for each row. */
export type Column = ArrayLike<number>;

/**
 * Area under the ROC curve: the probability that a row of class 1 scores above one of class 0, ties counting
 * one half. From midranks, Hanley and McNeil, Radiology 143 (1982), p. 29.
 *
 * @throws Error if the columns differ in length, a label is not 0 or 1, or a class is absent
 */
export function auc(labels: Column, scores: Column): number {
  checkLengths(labels, scores);
  const ranks = midranks(scores, ascendingOrder(scores));
  let positives = 0;
  let rankSum = 0;
  for (let i = 0; i < labels.length; i++) {
    if (classAt(labels, i) === 1) {
      positives++;
      rankSum += ranks[i] as number;
    }
  }
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) {
    throw new Error(
      `AUC needs rows of both classes, but there are ${negatives} of class 0 and ${positives} of class 1`,
    );
  }
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

/**
 * Mean negative log-likelihood, in nats. Probabilities are kept 2^-52 away from 0 and 1, so that one sure
 * and wrong answer costs 36 nats and not infinity.
 *
 * @throws Error as {@link auc}, but one class is enough; also if a score is no probability
 */
export function logLoss(labels: Column, probabilities: Column): number {
  return mean(labels, probabilities, (i) => {
    const p = Math.min(1 - Number.EPSILON, Math.max(Number.EPSILON, probabilityAt(probabilities, i)));
    return -Math.log(classAt(labels, i) === 1 ? p : 1 - p);
  });
}

/** Brier score: mean squared difference of probability and class. Errors as {@link logLoss}. */
export function brier(labels: Column, probabilities: Column): number {
  return mean(labels, probabilities, (i) => (probabilityAt(probabilities, i) - classAt(labels, i)) ** 2);
}

/** Share of rows whose class is 1 exactly if their score is at least the threshold. */
export function accuracy(labels: Column, scores: Column, threshold = 0.5): number {
  return mean(labels, scores, (i) =>
    Number((scores[i] as number) >= threshold === (classAt(labels, i) === 1)),
  );
}

/** Root of the mean squared error, in the unit of the label. */
export function rmse(labels: Column, predictions: Column): number {
  return Math.sqrt(
    mean(labels, predictions, (i) => ((predictions[i] as number) - (labels[i] as number)) ** 2),
  );
}

/** Mean absolute error, in the unit of the label. */
export function mae(labels: Column, predictions: Column): number {
  return mean(labels, predictions, (i) => Math.abs((predictions[i] as number) - (labels[i] as number)));
}

function mean(labels: Column, scores: Column, term: (row: number) => number): number {
  checkLengths(labels, scores);
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += term(i);
  return sum / labels.length;
}

function checkLengths(labels: Column, scores: Column): void {
  if (labels.length === 0) throw new Error('a metric of no rows is undefined: give at least one');
  if (labels.length !== scores.length) {
    throw new Error(`${labels.length} labels and ${scores.length} scores: each row needs one of both`);
  }
}

function classAt(labels: Column, row: number): number {
  const label = labels[row];
  if (label !== 0 && label !== 1) throw new Error(`label ${label} in row ${row} is not 0 or 1`);
  return label;
}

function probabilityAt(scores: Column, row: number): number {
  const score = scores[row] as number;
  if (!(score >= 0 && score <= 1)) throw new Error(`score ${score} in row ${row} is not a probability`);
  return score;
}
