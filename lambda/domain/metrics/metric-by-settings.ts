import * as z from 'zod/mini';
import { accuracy } from './accuracy';
import { auc } from './auc';
import { averagePrecision } from './average-precision';
import { brier } from './brier';
import { calibrationError } from './calibration-error';
import { cost } from './cost';
import { f1 } from './f1';
import { logLoss } from './log-loss';
import { macroF1 } from './macro-f1';
import { mae } from './mae';
import type { Metric } from './metric';
import { quantileLoss } from './quantile-loss';
import { rmse } from './rmse';

/** Which metric, and its numbers, as in settings. */
export type MetricSettings = z.infer<typeof metricSettings>;

const WITHOUT_SETTINGS = { auc, averagePrecision, logLoss, brier, calibrationError, mae, rmse, macroF1 };

const threshold = z.optional(z.number());

/** Schema of {@link MetricSettings}. */
export const metricSettings = z.discriminatedUnion('name', [
  z.object({
    name: z.enum([
      'auc',
      'averagePrecision',
      'logLoss',
      'brier',
      'calibrationError',
      'mae',
      'rmse',
      'macroF1',
    ]),
  }),
  z.object({ name: z.enum(['accuracy', 'f1']), threshold }),
  z.object({ name: z.literal('quantileLoss'), quantile: z.number() }),
  z.object({
    name: z.literal('cost'),
    falsePositive: z.number(),
    falseNegative: z.number(),
    truePositive: z.optional(z.number()),
    trueNegative: z.optional(z.number()),
    threshold,
  }),
]);

/** The metric that settings name. */
export function metricBySettings(settings: MetricSettings): Metric {
  switch (settings.name) {
    case 'accuracy':
      return accuracy(settings.threshold);
    case 'f1':
      return f1(settings.threshold);
    case 'quantileLoss':
      return quantileLoss(settings.quantile);
    case 'cost':
      return cost(settings);
    default:
      return WITHOUT_SETTINGS[settings.name];
  }
}
