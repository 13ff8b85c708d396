import { checkLengths, weightAt } from '../statistics/column';
import { metricByInfluence } from './influence';
import type { Metric } from './metric';
import { sharesOf } from './multi-class-log-loss';
import { categoryAt, certainly, mostLikely } from './several-classes';

/**
 * Macro F1 of several classes: the mean of each class's F1, over all classes that are a label or the most
 * likely one of a row. Compared by the influence of the rows.
 */
export function macroF1(classes: number): Metric {
  return metricByInfluence({
    name: 'macroF1',
    title: 'macro F1',
    higherIsBetter: true,
    labels: 'categories',
    scores: 'probabilities',
    classes,
    measure: (labels, scores, weights) => {
      checkLengths(labels, scores, weights, classes);
      const rows = labels.length;
      // Twice the hits of a class, how often it is a label or an answer, and whether it is either at all.
      const hits = new Float64Array(classes);
      const named = new Float64Array(classes);
      const occurs = new Set<number>();
      const answers = new Uint32Array(rows);
      for (let row = 0; row < rows; row++) {
        const label = categoryAt(labels, row, classes);
        const answer = mostLikely(scores, row, classes);
        const weight = weightAt(weights, row);
        answers[row] = answer;
        for (const one of [label, answer]) {
          named[one] = (named[one] as number) + weight;
          occurs.add(one);
        }
        if (label === answer) hits[label] = (hits[label] as number) + 2 * weight;
      }
      const f1Of = (one: number) => (named[one] === 0 ? 0 : (hits[one] as number) / (named[one] as number));
      let value = 0;
      for (const one of occurs) value += f1Of(one) / occurs.size;
      const influence = new Float64Array(rows);
      for (let row = 0; row < rows; row++) {
        const [label, answer] = [labels[row] as number, answers[row] as number];
        const isHit = Number(label === answer);
        // Of a ratio of sums, for each class that the row names.
        for (const one of [label, answer]) {
          if (named[one] === 0) continue;
          const change = (weightAt(weights, row) * (isHit - f1Of(one)) * rows) / (named[one] as number);
          influence[row] = (influence[row] as number) + change / occurs.size;
        }
      }
      return { value, influence };
    },
    bestConstant: (labels, weights) => {
      const shares = sharesOf(labels, classes, weights);
      return certainly(shares.indexOf(Math.max(...shares)), classes);
    },
  });
}
