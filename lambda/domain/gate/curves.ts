import { ascendingOrder } from '../statistics/ascending-order';
import type { Column } from '../statistics/column';
import { wilsonInterval } from '../statistics/wilson-interval';

/** Both between 0 and 1. */
export type CurvePoint = readonly [x: number, y: number];

/** Rows whose probabilities are alike, and what became of them. */
export interface CalibrationBin {
  /** Mean probability. */
  readonly predicted: number;
  /** Share of class 1. */
  readonly observed: number;
  /** Of the share, at 95 % (Wilson). */
  readonly interval: readonly [number, number];
  readonly rows: number;
}

/** More than this cannot be seen. */
const MOST_POINTS = 200;
const BINS = 10;

/**
 * Rate of true over rate of false positives at every threshold, from (0, 0) to (1, 1).
 *
 * @param labels 0 or 1, both there
 */
export function rocCurve(labels: Column, scores: Column): CurvePoint[] {
  const counts = countsByThreshold(labels, scores);
  const { truePositives, falsePositives } = counts.at(-1) as Counts;
  return thinned([
    [0, 0],
    ...counts.map((at): CurvePoint => [at.falsePositives / falsePositives, at.truePositives / truePositives]),
  ]);
}

/** Precision over recall at every threshold, from the highest. */
export function precisionRecallCurve(labels: Column, scores: Column): CurvePoint[] {
  const counts = countsByThreshold(labels, scores);
  const { truePositives } = counts.at(-1) as Counts;
  return thinned(
    counts.map(
      (at): CurvePoint => [
        at.truePositives / truePositives,
        at.truePositives / (at.truePositives + at.falsePositives),
      ],
    ),
  );
}

/** Share of class 1 among rows of like probability: 10 bins of as many rows each. */
export function calibrationCurve(labels: Column, probabilities: Column): CalibrationBin[] {
  const order = ascendingOrder(probabilities);
  const bins: CalibrationBin[] = [];
  for (let bin = 0; bin < BINS; bin++) {
    const end = Math.round(((bin + 1) * order.length) / BINS);
    const rows = order.subarray(Math.round((bin * order.length) / BINS), end);
    if (rows.length === 0) continue;
    const sum = (column: Column) => rows.reduce((total, row) => total + (column[row] as number), 0);
    const positives = sum(labels);
    bins.push({
      predicted: sum(probabilities) / rows.length,
      observed: positives / rows.length,
      interval: wilsonInterval(positives, rows.length),
      rows: rows.length,
    });
  }
  return bins;
}

interface Counts {
  readonly truePositives: number;
  readonly falsePositives: number;
}

/** Rows that score at least as high as each score that occurs, from the highest. */
function countsByThreshold(labels: Column, scores: Column): Counts[] {
  const order = ascendingOrder(scores).reverse();
  const counts: Counts[] = [];
  let truePositives = 0;
  let falsePositives = 0;
  for (const [rank, row] of order.entries()) {
    if (labels[row] === 1) truePositives++;
    else falsePositives++;
    const next = order[rank + 1];
    if (next === undefined || scores[next] !== scores[row]) counts.push({ truePositives, falsePositives });
  }
  return counts;
}

/** Points at equal distances along the curve, with both ends. */
function thinned(points: readonly CurvePoint[]): CurvePoint[] {
  if (points.length <= MOST_POINTS) return [...points];
  const step = (points.length - 1) / (MOST_POINTS - 1);
  return Array.from({ length: MOST_POINTS }, (_, index) => points[Math.round(index * step)] as CurvePoint);
}
