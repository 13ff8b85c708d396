import { checkLengths, classAt, weightAt } from '../statistics/column';
import { metricByInfluence } from './influence';
import type { Metric } from './metric';

/**
 * F1: the harmonic mean of precision and recall, 2 TP / (2 TP + FP + FN), of scores that are at least the
 * threshold; 0 if nothing is of class 1 and nothing is taken for it. Compared by the influence of the rows.
 */
export function f1(threshold = 0.5): Metric {
  const measure: Metric['measure'] = (labels, scores, weights) => {
    checkLengths(labels, scores, weights);
    const hits = new Float64Array(labels.length);
    const named = new Float64Array(labels.length);
    let [hit, all] = [0, 0];
    for (let i = 0; i < labels.length; i++) {
      const taken = Number((scores[i] as number) >= threshold);
      const weight = weightAt(weights, i);
      hits[i] = 2 * weight * taken * classAt(labels, i);
      named[i] = weight * (taken + classAt(labels, i));
      hit += hits[i] as number;
      all += named[i] as number;
    }
    if (all === 0) return { value: 0, influence: hits };
    const value = hit / all;
    // Of a ratio of sums.
    const influence = hits.map((one, i) => ((one - value * (named[i] as number)) * labels.length) / all);
    return { value, influence };
  };
  return metricByInfluence({
    name: 'f1',
    title: 'F1',
    higherIsBetter: true,
    labels: 'classes',
    scores: 'numbers',
    measure,
    bestConstant: () => Number.MAX_VALUE,
  });
}
