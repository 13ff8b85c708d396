import { type Column, checkLengths, classAt, weightAt } from '../statistics/column';
import { metricByInfluence } from './influence';
import type { Metric } from './metric';

/** What a row adds to a ratio of sums. */
interface Terms {
  readonly above: number;
  readonly below: number;
}

export interface RatioMetricProps extends Pick<Metric, 'name' | 'title'> {
  /** Scores that are at least so much are taken for class 1. */
  readonly threshold: number;
  /** @param isTaken 1 if the row is taken for class 1, else 0 @param isOne 1 if it is of class 1, else 0 */
  terms(isTaken: number, isOne: number): Terms;
}

/** A ratio of sums over rows of two classes; 0 if there is nothing below the line. */
export function ratioMetric({ name, title, threshold, terms }: RatioMetricProps): Metric {
  const measure = (labels: Column, scores: Column, weights?: Column) => {
    checkLengths(labels, scores, weights);
    const above = new Float64Array(labels.length);
    const below = new Float64Array(labels.length);
    let [numerator, denominator] = [0, 0];
    for (let i = 0; i < labels.length; i++) {
      const term = terms(Number((scores[i] as number) >= threshold), classAt(labels, i));
      const weight = weightAt(weights, i);
      above[i] = weight * term.above;
      below[i] = weight * term.below;
      numerator += above[i] as number;
      denominator += below[i] as number;
    }
    if (denominator === 0) return { value: 0, influence: above };
    const value = numerator / denominator;
    const influence = above.map((one, i) => {
      return ((one - value * (below[i] as number)) * labels.length) / denominator;
    });
    return { value, influence };
  };
  return metricByInfluence({
    name,
    title,
    higherIsBetter: true,
    labels: 'classes',
    scores: 'numbers',
    threshold,
    measure,
    bestConstant: () => Number.MAX_VALUE,
  });
}
