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
import { multiClassAccuracy } from '../metrics/multi-class-accuracy';
import { precision } from '../metrics/precision';
import { recall } from '../metrics/recall';
import { rmse } from '../metrics/rmse';
import { classCounts, type LabelledRows } from './labelled-rows';

/** The metrics that the rows allow; classes are those at a threshold of .5. */
export function metricsOfRows({ labels, predictions }: LabelledRows, problem: Problem): Metric[] {
  if (labels.length === 0) return [];
  switch (problem.type) {
    case 'regression':
      return [mae, rmse];
    case 'multiClass':
      return [multiClassAccuracy(problem.classes), macroF1(problem.classes)];
    case 'binary': {
      const hasBoth = Math.min(...classCounts(labels)) > 0;
      const areProbabilities = predictions.every((score) => score >= 0 && score <= 1);
      return [
        ...(hasBoth ? [auc, averagePrecision] : []),
        ...[accuracy(), precision(), recall(), f1()],
        ...(areProbabilities ? [logLoss, brier, calibrationError] : []),
      ];
    }
  }
}
