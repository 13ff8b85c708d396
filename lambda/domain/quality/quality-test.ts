import type { MetricSettings } from '../../../contracts/gate-policy';
import type { Problem } from '../../../contracts/problem';
import { errorOf } from '../metrics/influence';
import type { Metric } from '../metrics/metric';
import { studentSurvival } from '../statistics/beta-functions';
import { normalSurvival } from '../statistics/special-functions';
import type { HoldoutQuality } from './holdout-quality';
import { metricsOfRows } from './labelled-metrics';
import { classCounts, effectiveRows, type LabelledRows, scoresOf } from './labelled-rows';
import { countOf, unitsOf } from './units';

export interface QualityPolicy {
  /** What is compared with the holdout. */
  readonly metric: MetricSettings;
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
  /** With fewer, of equal weight, there is no verdict. */
  readonly minimumLabels: number;
}

/** How the quality in production compares with that on the holdout. */
export interface QualityComparison {
  /** Its name, such as `logLoss`. */
  readonly metric: string;
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

/**
 * Compares a version in production with its own holdout; undefined if there are too few labels, of one class
 * too few for AUC, or labels that the metric is not made for.
 *
 * t = (drop - tolerance) / (s sqrt(1/n + 1/m)): the test of two independent means with a common variance. n
 * labels are known (of unequal weight: as many as say as much, `effectiveRows`), m rows had the holdout, of
 * which only the value is. s^2 / n is the squared standard error of the metric in production (of AUC that of
 * E. R. DeLong et al., Biometrics 44 (1988), p. 837; else of a mean), of units that may depend on each other
 * (`unitsOf`), and t has as many degrees of freedom, less one (K.-Y. Liang and S. L. Zeger, Biometrika 73
 * (1986), p. 13; N. A. Obuchowski, Biometrics 53 (1997), p. 567).
 */
export function compareWithHoldout(
  rows: LabelledRows,
  holdout: Pick<HoldoutQuality, 'rows' | 'value'>,
  { metric: watched, alpha, minimumLabels, tolerance = Math.abs(holdout.value) / 10 }: QualityPolicy,
  problem: Problem,
): QualityComparison | undefined {
  const n = effectiveRows(rows);
  const { name } = watched;
  const metric = metricsOfRows(rows, problem, watched).find((one) => one.name === name);
  if (n < minimumLabels || !metric) return undefined;
  const needsBoth = name === 'auc';
  if (needsBoth && Math.min(...classCounts(rows)) < FEWEST_OF_A_CLASS) return undefined;
  const groups = unitsOf(rows, needsBoth);
  if (rows.requests && !groups) return undefined;
  const { production, standardError } = measured(metric, rows, problem, groups);
  const drop = metric.higherIsBetter ? holdout.value - production : production - holdout.value;
  const error = standardError * Math.sqrt(1 + n / holdout.rows);
  const excess = drop - tolerance;
  const pValue = survival(
    excess === 0 ? 0 : excess / error,
    groups ? countOf(groups) - 1 : Number.POSITIVE_INFINITY,
  );
  return { metric: name, holdout: holdout.value, production, drop, pValue, hasFallen: pValue < alpha };
}

function measured(
  metric: Metric,
  rows: LabelledRows,
  problem: Problem,
  groups: Uint32Array | undefined,
): { readonly production: number; readonly standardError: number } {
  const { labels, weights } = rows;
  const challenger = scoresOf(rows, problem);
  if (metric.name === 'cost') {
    const { value, influence } = metric.measure(labels, challenger, weights);
    return { production: value, ...errorOf(influence, groups) };
  }
  // The truth itself has no error but in costs, so that the error of the difference from it is that of the
  // metric.
  const comparison = metric.compare({
    labels,
    champion: scoresOf({ labels, predictions: labels }, problem),
    challenger,
    ...(weights && { weights }),
    ...(groups && { groups }),
  });
  return { production: comparison.challenger, standardError: comparison.standardError };
}

function survival(t: number, degreesOfFreedom: number): number {
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  return Number.isFinite(degreesOfFreedom) ? studentSurvival(t, degreesOfFreedom) : normalSurvival(t);
}
