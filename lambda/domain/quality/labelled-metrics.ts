import type { MetricSettings } from '../../../contracts/gate-policy';
import type { Problem } from '../../../contracts/problem';
import { accuracy } from '../metrics/accuracy';
import { auc } from '../metrics/auc';
import { averagePrecision } from '../metrics/average-precision';
import { brier } from '../metrics/brier';
import { calibrationError } from '../metrics/calibration-error';
import { f1 } from '../metrics/f1';
import { logLoss } from '../metrics/log-loss';
import { macroF1 } from '../metrics/macro-f1';
import { mae } from '../metrics/mae';
import type { Metric } from '../metrics/metric';
import { metricBySettings } from '../metrics/metric-by-settings';
import { multiClassAccuracy } from '../metrics/multi-class-accuracy';
import { multiClassLogLoss } from '../metrics/multi-class-log-loss';
import { precision } from '../metrics/precision';
import { recall } from '../metrics/recall';
import { rmse } from '../metrics/rmse';
import { classCounts, effectiveRows, type LabelledRows } from './labelled-rows';

/**
 * The metrics that the rows allow, the watched one among them. Its threshold is that of all metrics that have
 * one.
 */
export function metricsOfRows(rows: LabelledRows, problem: Problem, watched: MetricSettings): Metric[] {
  if (effectiveRows(rows) === 0) return [];
  const usual = usualMetrics(rows, problem, metricBySettings(watched).threshold);
  const isExtra = watched.name === 'cost' || watched.name === 'quantileLoss';
  return isExtra ? [metricBySettings(watched), ...usual] : usual;
}

function usualMetrics(rows: LabelledRows, problem: Problem, threshold: number | undefined): Metric[] {
  switch (problem.type) {
    case 'regression':
      return [mae, rmse];
    case 'multiClass':
      return [
        multiClassAccuracy(problem.classes),
        macroF1(problem.classes),
        ...(areDistributions(rows, problem.classes) ? [multiClassLogLoss(problem.classes)] : []),
      ];
    case 'binary': {
      const hasBoth = Math.min(...classCounts(rows)) > 0;
      const areProbabilities = rows.predictions.every((score) => score >= 0 && score <= 1);
      return [
        ...(hasBoth ? [auc, averagePrecision] : []),
        ...[accuracy(threshold), precision(threshold), recall(threshold), f1(threshold)],
        ...(areProbabilities ? [logLoss, brier, calibrationError] : []),
      ];
    }
  }
}

/** Whether the scores of each row are probabilities that add up to 1, as far as rounded ones do. */
function areDistributions({ labels, probabilities }: LabelledRows, classes: number): boolean {
  if (probabilities?.length !== labels.length * classes) return false;
  for (let row = 0; row < labels.length; row++) {
    const scores = probabilities.subarray(row * classes, (row + 1) * classes);
    if (scores.some((score) => !(score >= 0 && score <= 1))) return false;
    if (Math.abs(scores.reduce((sum, score) => sum + score, 0) - 1) > ROUNDED) return false;
  }
  return true;
}

const ROUNDED = 0.01;
