import * as z from 'zod/mini';
import type { MetricSettings } from '../../../contracts/gate-policy';
import { accuracy } from './accuracy';
import { auc } from './auc';
import { averagePrecision } from './average-precision';
import { brier } from './brier';
import { calibrationError } from './calibration-error';
import { cost } from './cost';
import { costColumns } from './cost-columns';
import { f1 } from './f1';
import { logLoss } from './log-loss';
import { macroF1 } from './macro-f1';
import { mae } from './mae';
import type { Metric } from './metric';
import { multiClassAccuracy } from './multi-class-accuracy';
import { multiClassLogLoss } from './multi-class-log-loss';
import { precision } from './precision';
import { quantileLoss } from './quantile-loss';
import { recall } from './recall';
import { rmse } from './rmse';

const WITHOUT_SETTINGS = { auc, averagePrecision, brier, calibrationError, mae, rmse };

const threshold = z.optional(z.number());
/** Of several classes; absent for labels of 0 and 1. */
const classes = z.int().check(z.gte(3));

/** Schema of {@link MetricSettings}. */
export const metricSettings = z.discriminatedUnion('name', [
  z.object({ name: z.enum(['auc', 'averagePrecision', 'brier', 'calibrationError', 'mae', 'rmse']) }),
  z.object({ name: z.literal('logLoss'), classes: z.optional(classes) }),
  z.object({ name: z.literal('accuracy'), classes: z.optional(classes), threshold }),
  z.object({ name: z.enum(['precision', 'recall', 'f1']), threshold }),
  z.object({ name: z.literal('macroF1'), classes }),
  z.object({ name: z.literal('quantileLoss'), quantile: z.number() }),
  z.object({
    name: z.literal('cost'),
    falsePositive: z.number(),
    falseNegative: z.number(),
    truePositive: z.optional(z.number()),
    trueNegative: z.optional(z.number()),
    threshold,
  }),
  z.object({
    name: z.literal('costColumns'),
    columns: z.array(z.string()).check(z.minLength(2)),
    threshold,
  }),
]);

/** The metric that settings name. */
export function metricBySettings(settings: MetricSettings): Metric {
  switch (settings.name) {
    case 'logLoss':
      return settings.classes === undefined ? logLoss : multiClassLogLoss(settings.classes);
    case 'accuracy':
      return settings.classes === undefined
        ? accuracy(settings.threshold)
        : multiClassAccuracy(settings.classes);
    case 'precision':
      return precision(settings.threshold);
    case 'recall':
      return recall(settings.threshold);
    case 'f1':
      return f1(settings.threshold);
    case 'macroF1':
      return macroF1(settings.classes);
    case 'quantileLoss':
      return quantileLoss(settings.quantile);
    case 'cost':
      return cost(settings);
    case 'costColumns':
      return costColumns(settings);
    default:
      return WITHOUT_SETTINGS[settings.name];
  }
}
