import { type Column, checkLengths, weightAt } from './column';
import { compareByInfluence, type Measurement } from './influence';
import type { Metric } from './metric';

/**
 * Macro F1 of several classes: the mean of each class's F1, over all classes that are a label or an answer. Labels and scores are the
 * classes' numbers. Compared by the influence of the rows.
 */
export const macroF1: Metric = {
  name: 'macroF1',
  title: 'macro F1',
  higherIsBetter: true,
  labels: 'categories',
  scores: 'numbers',
  value: (labels, scores, weights) => measure(labels, scores, weights).value,
  bestConstant: mostFrequent,
  compare: (sample) => compareByInfluence(sample, true, measure),
};

function measure(labels: Column, answers: Column, weights?: Column): Measurement {
  checkLengths(labels, answers, weights);
  // Twice the hits of a class, and how often it is a label or an answer.
  const counts = new Map<number, { hits: number; named: number }>();
  const countOf = (name: number) => {
    const found = counts.get(name) ?? { hits: 0, named: 0 };
    counts.set(name, found);
    return found;
  };
  for (let i = 0; i < labels.length; i++) {
    const [label, answer, weight] = [labels[i] as number, answers[i] as number, weightAt(weights, i)];
    countOf(label).named += weight;
    countOf(answer).named += weight;
    if (label === answer) countOf(label).hits += 2 * weight;
  }
  const f1Of = ({ hits, named }: { hits: number; named: number }) => (named === 0 ? 0 : hits / named);
  const value = [...counts.values()].reduce((sum, count) => sum + f1Of(count), 0) / counts.size;
  const influence = new Float64Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    const [label, answer, weight] = [labels[i] as number, answers[i] as number, weightAt(weights, i)];
    // Of a ratio of sums, for each class that the row names.
    for (const name of [label, answer]) {
      const count = countOf(name);
      const change = weight * (Number(label === answer) - f1Of(count));
      if (count.named > 0) {
        influence[i] = (influence[i] as number) + (change * labels.length) / (count.named * counts.size);
      }
    }
  }
  return { value, influence };
}

function mostFrequent(labels: Column, weights?: Column): number {
  const counts = new Map<number, number>();
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i] as number;
    counts.set(label, (counts.get(label) ?? 0) + weightAt(weights, i));
  }
  return [...counts].reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}
