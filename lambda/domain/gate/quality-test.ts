import type { Problem } from '../../../contracts/problem';
import { studentSurvival } from '../statistics/beta-functions';
import { normalSurvival } from '../statistics/special-functions';
import { metricsOfRows } from './labelled-metrics';
import { classCounts, type LabelledRows, scoresOf } from './labelled-rows';

/** Metrics that an evaluation has. */
export type QualityMetricName = (typeof QUALITY_METRICS)[number];
const QUALITY_METRICS = ['auc', 'accuracy', 'logLoss', 'mae'] as const;
/** Metrics by name: those that the rows allow. */
export type QualityMetrics = { readonly [name in QualityMetricName]?: number };

export interface QualityPolicy {
  /** What is compared with the holdout. */
  readonly metric: QualityMetricName;
  /**
   * Loss of it, in its unit, that is no reason for an alarm, however significant it is. @default - a tenth of
   * the holdout's value
   */
  readonly tolerance?: number;
  /**
   * Probability that quality which is no worse than on the holdout, by more than the tolerance, is said to
   * have fallen.
   */
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

/** The standard error of AUC is too small with fewer rows of a class. */
const FEWEST_OF_A_CLASS = 30;
/** The spread between fewer hours says too little. */
const FEWEST_HOURS = 10;

/**
 * The metrics that the rows allow. Of two classes: accuracy, log loss if the answers are probabilities, and
 * AUC if there are both.
 */
export function qualityMetrics(rows: LabelledRows, problem: Problem): QualityMetrics {
  const { labels } = rows;
  const scores = scoresOf(rows, problem);
  const metrics = metricsOfRows(rows, problem);
  return Object.fromEntries(
    QUALITY_METRICS.flatMap((name) => {
      const metric = metrics.find((one) => one.name === name);
      return metric ? [[name, metric.value(labels, scores)]] : [];
    }),
  );
}

/**
 * Compares a version in production with its own holdout; undefined if there are too few labels, of one class
 * too few for AUC, or labels that the metric is not made for.
 *
 * t = (drop - tolerance) / (s sqrt(1/n + 1/m)): the test of two independent means with a common variance. n
 * labels are known, m rows had the holdout, of which only the value is. s^2 / n is the squared standard error
 * of the metric in production (of AUC that of E. R. DeLong et al., Biometrics 44 (1988), p. 837; else of a
 * mean). Errors come in bursts, such as a bad hour, or 200 rows of one customer: the standard error is that of
 * hours as units, or of requests where labels are of few hours, and t has as many degrees of freedom, less
 * one (K.-Y. Liang and S. L. Zeger, Biometrika 73 (1986), p. 13; N. A. Obuchowski, Biometrics 53 (1997), p.
 * 567).
 */
export function compareWithHoldout(
  rows: LabelledRows,
  holdout: HoldoutQuality,
  { metric: name, alpha, minimumLabels, tolerance = holdout.value / 10 }: QualityPolicy,
  problem: Problem,
): QualityComparison | undefined {
  const { labels } = rows;
  const n = labels.length;
  const metric = metricsOfRows(rows, problem).find((one) => one.name === name);
  if (n < minimumLabels || !metric) return undefined;
  if (name === 'auc' && Math.min(...classCounts(labels)) < FEWEST_OF_A_CLASS) return undefined;
  const groups = unitsOf(rows, name === 'auc' ? labels : undefined);
  if (rows.requests && !groups) return undefined;
  // The truth itself has no error, so that the error of the difference from it is that of the metric.
  const { challenger: production, standardError } = metric.compare({
    labels,
    champion: scoresOf({ labels, predictions: labels }, problem),
    challenger: scoresOf(rows, problem),
    ...(groups && { groups }),
  });
  const drop = metric.higherIsBetter ? holdout.value - production : production - holdout.value;
  const error = standardError * Math.sqrt(1 + n / holdout.rows);
  const excess = drop - tolerance;
  const pValue = survival(
    excess === 0 ? 0 : excess / error,
    groups ? countOf(groups) - 1 : Number.POSITIVE_INFINITY,
  );
  return { metric: name, holdout: holdout.value, production, drop, pValue, hasFallen: pValue < alpha };
}

/**
 * Hours, or requests if there are too few hours; undefined if even requests have no spread, or are not known.
 *
 * @param classes of which each must be in several units
 */
function unitsOf(
  { requests, hours }: LabelledRows,
  classes: Float64Array | undefined,
): Uint32Array | undefined {
  const isSpread = (units: Uint32Array) =>
    (classes ? [0, 1] : [undefined]).every(
      (one) => countOf(units.filter((_, row) => one === undefined || classes?.[row] === one)) > 1,
    );
  if (hours && countOf(hours) >= FEWEST_HOURS && isSpread(hours)) return hours;
  return requests && isSpread(requests) ? requests : undefined;
}

function countOf(units: Uint32Array): number {
  return new Set(units).size;
}

function survival(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  return Number.isFinite(degreesOfFreedom) ? studentSurvival(t, degreesOfFreedom) : normalSurvival(t);
}
