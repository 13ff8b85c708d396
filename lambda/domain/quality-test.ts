import { accuracy } from './metrics/accuracy';
import { auc } from './metrics/auc';
import { logLoss } from './metrics/log-loss';
import { mae } from './metrics/mae';
import type { Metric } from './metrics/metric';
import { normalSurvival } from './special-functions';

/** Answers of a version in production, and what was true. */
export interface LabelledRows {
  readonly labels: Float64Array;
  readonly predictions: Float64Array;
}

/** Metrics that an evaluation has. */
export type QualityMetricName = 'auc' | 'accuracy' | 'logLoss';
/** Metrics by name: those that the rows allow. */
export type QualityMetrics = { readonly [name in QualityMetricName | 'mae']?: number };

export interface QualityPolicy {
  /** What is compared with the holdout. */
  readonly metric: QualityMetricName;
  /** Loss of it, in its unit, that is no reason for an alarm, however sure it is. */
  readonly tolerance: number;
  /** Probability that quality which is no worse than on the holdout, by more than the tolerance, is said to have fallen. */
  readonly alpha: number;
  /** With fewer there is no verdict. */
  readonly minimumLabels: number;
}

/** What a version did on its holdout. */
export interface HoldoutQuality {
  readonly rows: number;
  readonly value: number;
}

/** How the quality in production compares with that on the holdout. */
export interface QualityComparison {
  readonly metric: QualityMetricName;
  readonly holdout: number;
  readonly production: number;
  /** How much worse it is in production: negative if it is better. */
  readonly drop: number;
  /** One-sided: of such a drop, or a greater one, if the true drop is the tolerance. */
  readonly pValue: number;
  readonly hasFallen: boolean;
}

const METRICS: { readonly [name in QualityMetricName | 'mae']: Metric } = {
  auc,
  accuracy: accuracy(),
  logLoss,
  mae,
};

/** The standard error of AUC is too small with fewer rows of a class. */
const FEWEST_OF_A_CLASS = 30;

/** The metrics that the rows allow. Of classes: accuracy, log loss if the answers are probabilities, and AUC if there are both. */
export function qualityMetrics(rows: LabelledRows): QualityMetrics {
  const names = (Object.keys(METRICS) as (keyof typeof METRICS)[]).filter((name) => allows(rows, name));
  return Object.fromEntries(
    names.map((name) => [name, METRICS[name].value(rows.labels, rows.predictions)]),
  ) as QualityMetrics;
}

/**
 * Compares a version in production with its own holdout; undefined if there are too few labels, of one class too few for AUC, or labels
 * that the metric is not made for.
 *
 * z = (drop - tolerance) / (s sqrt(1/n + 1/m)): the test of two independent means with a common variance. n labels are known, m rows
 * had the holdout, of which only the value is. s^2 / n is the squared standard error of the metric in production (of AUC that of
 * E. R. DeLong et al., Biometrics 44 (1988), p. 837; else of a mean).
 */
export function compareWithHoldout(
  rows: LabelledRows,
  holdout: HoldoutQuality,
  { metric: name, tolerance, alpha, minimumLabels }: QualityPolicy,
): QualityComparison | undefined {
  const { labels, predictions } = rows;
  const n = labels.length;
  if (n < minimumLabels || !allows(rows, name)) return undefined;
  if (name === 'auc' && Math.min(...classCounts(labels)) < FEWEST_OF_A_CLASS) return undefined;
  const metric = METRICS[name];
  // The truth itself has no error, so that the error of the difference from it is that of the metric.
  const { challenger: production, standardError } = metric.compare({
    labels,
    champion: labels,
    challenger: predictions,
  });
  const drop = metric.higherIsBetter ? holdout.value - production : production - holdout.value;
  const error = standardError * Math.sqrt(1 + n / holdout.rows);
  const excess = drop - tolerance;
  const pValue = normalSurvival(excess === 0 ? 0 : excess / error);
  return { metric: name, holdout: holdout.value, production, drop, pValue, hasFallen: pValue < alpha };
}

function allows({ labels, predictions }: LabelledRows, name: keyof typeof METRICS): boolean {
  if (labels.length === 0) return false;
  const areClasses = labels.every((label) => label === 0 || label === 1);
  if (name === 'mae') return !areClasses;
  if (!areClasses) return false;
  if (name === 'auc') return Math.min(...classCounts(labels)) > 0;
  return name === 'accuracy' || predictions.every((score) => score >= 0 && score <= 1);
}

function classCounts(labels: Float64Array): [number, number] {
  const positives = labels.reduce((sum, label) => sum + label, 0);
  return [labels.length - positives, positives];
}
