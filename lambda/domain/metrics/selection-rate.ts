import { type Column, checkLengths } from '../statistics/column';
import { measureMean } from './influence';
import type { Measurement } from './metric';

/** Share of the rows that are taken for class 1: those whose score is at least the threshold. */
export function measureSelectionRate(
  labels: Column,
  scores: Column,
  weights?: Column,
  threshold = 0.5,
): Measurement {
  checkLengths(labels, scores, weights);
  return measureMean(scores.length, (row) => Number((scores[row] as number) >= threshold), weights);
}
