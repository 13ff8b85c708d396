import type { Problem } from '../../../contracts/problem';
import type { Answer } from './label-join';
import type { QualityDocument } from './quality-document';

/**
 * How good answers are by their own probabilities, without labels: a row with probability p is of class 1 in
 * p of all cases, so that it counts as p rows of class 1 and 1 - p of class 0 (confidence-based performance
 * estimation: J. Bialek et al., Estimating Model Performance Under Covariate Shift Without Labels, 2024,
 * arXiv:2401.08348). It rests on calibrated probabilities and on answers that still mean the same: it follows
 * a change of the inputs, and knows nothing of concept drift. Undefined for numbers, and for scores that are
 * no probabilities.
 *
 * @param threshold of two classes: probabilities of at least this are taken for class 1
 */
export function estimateQuality(
  answers: Iterable<Answer>,
  problem: Problem,
  threshold = 0.5,
): QualityDocument['estimated'] {
  switch (problem.type) {
    case 'binary': {
      const probabilities = [...answers].flatMap(({ predictions }) => predictions);
      return estimateOfTwo(Float64Array.from(probabilities), threshold);
    }
    case 'multiClass':
      return estimateOfSeveral(answers, problem.classes);
    case 'regression':
      return undefined;
  }
}

function estimateOfTwo(probabilities: Float64Array, threshold: number): QualityDocument['estimated'] {
  const rows = probabilities.length;
  if (rows === 0 || !probabilities.every(isProbability)) return undefined;
  let right = 0;
  for (const p of probabilities) right += p >= threshold ? p : 1 - p;
  const auc = estimatedAuc(probabilities.sort());
  return { rows, accuracy: right / rows, ...(auc !== undefined && { auc }) };
}

/** @param ascending undefined if all rows are certainly of one class */
function estimatedAuc(ascending: Float64Array): number | undefined {
  let [negatives, positives, above] = [0, 0, 0];
  for (let start = 0; start < ascending.length; ) {
    const p = ascending[start] as number;
    let end = start + 1;
    while (end < ascending.length && ascending[end] === p) end++;
    const count = end - start;
    // Of equal scores half of the pairs are in order.
    above += p * count * (negatives + ((1 - p) * count) / 2);
    negatives += (1 - p) * count;
    positives += p * count;
    start = end;
  }
  return negatives > 0 && positives > 0 ? above / (negatives * positives) : undefined;
}

function estimateOfSeveral(answers: Iterable<Answer>, classes: number): QualityDocument['estimated'] {
  let [rows, right] = [0, 0];
  for (const { predictions, probabilities } of answers) {
    if (probabilities?.length !== predictions.length * classes || !probabilities.every(isProbability)) {
      return undefined;
    }
    for (const [row, likeliest] of predictions.entries()) {
      rows++;
      right += probabilities[row * classes + likeliest] as number;
    }
  }
  return rows === 0 ? undefined : { rows, accuracy: right / rows };
}

function isProbability(score: number): boolean {
  return score >= 0 && score <= 1;
}
