import { checkLengths, totalWeight, weightAt } from '../statistics/column';
import { measureMean, metricByInfluence } from './influence';
import type { Metric } from './metric';
import { certainly, mostLikely } from './several-classes';

export interface CostColumns {
  /** Columns of the data: what a row costs if it is taken for class 0, 1 and so on. */
  readonly columns: readonly string[];
  /** Of two classes: scores of at least this are taken for class 1. @default 0.5 */
  readonly threshold?: number;
}

/**
 * Mean cost of the answers, which each row tells for itself (example-dependent costs: B. Zadrozny and C.
 * Elkan, KDD 2001, p. 204). Compared by the paired t test.
 */
export function costColumns({ columns, threshold = 0.5 }: CostColumns): Metric {
  const answers = columns.length;
  const isBinary = answers === 2;
  const answerTo = (scores: ArrayLike<number>, row: number) =>
    isBinary ? Number((scores[row] as number) >= threshold) : mostLikely(scores, row, answers);
  return metricByInfluence({
    name: 'costColumns',
    title: `mean cost by ${columns.join(', ')}`,
    higherIsBetter: false,
    ...(isBinary
      ? { labels: 'classes', scores: 'numbers', threshold }
      : { labels: 'categories', scores: 'probabilities', classes: answers }),
    costColumns: columns,
    measure: (labels, scores, weights, costs) => {
      checkLengths(labels, scores, weights, isBinary ? 1 : answers);
      const of = checkCosts(costs, labels.length, answers);
      const costOf = (row: number) => of[row * answers + answerTo(scores, row)] as number;
      return measureMean(labels.length, costOf, weights);
    },
    bestConstant: (labels, weights, costs) => {
      const of = checkCosts(costs, labels.length, answers);
      const means = columns.map((_, answer) => {
        let sum = 0;
        for (let row = 0; row < labels.length; row++) {
          sum += weightAt(weights, row) * (of[row * answers + answer] as number);
        }
        return sum / totalWeight(labels.length, weights);
      });
      const best = means.indexOf(Math.min(...means));
      if (!isBinary) return certainly(best, answers);
      return best === 1 ? Number.MAX_VALUE : -Number.MAX_VALUE;
    },
  });
}

function checkCosts(costs: ArrayLike<number> | undefined, rows: number, answers: number): ArrayLike<number> {
  if (costs?.length === rows * answers) return costs;
  throw new Error(`${costs?.length ?? 0} costs for ${rows} rows: each needs ${answers}`);
}
