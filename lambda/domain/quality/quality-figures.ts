import type { MetricSettings } from '../../../contracts/gate-policy';
import type { Problem } from '../../../contracts/problem';
import { auc } from '../metrics/auc';
import { averagePrecision } from '../metrics/average-precision';
import { calibrationError } from '../metrics/calibration-error';
import { errorOf } from '../metrics/influence';
import { studentUpperQuantile } from '../statistics/beta-functions';
import { metricsOfRows } from './labelled-metrics';
import { type LabelledRows, scoresOf } from './labelled-rows';
import { unitsOf } from './units';

/** A metric of a version in production. */
export interface QualityFigure {
  /** As in settings and documents, such as `logLoss`. */
  readonly metric: string;
  readonly value: number;
  /** The 95 % confidence interval; absent where the rows do not allow one. */
  readonly interval?: readonly [low: number, high: number];
}

/** Either end of an interval is beyond the true value with this probability. */
const ALPHA = 0.025;

/**
 * All metrics that the labeled rows of production allow, with intervals: Student's t by the influence of the
 * rows, added up within each unit of rows that may depend on each other (`unitsOf`, `errorOf`).
 *
 * @param watched the metric of the alarm, whose threshold is that of all
 */
export function qualityFigures(
  rows: LabelledRows,
  problem: Problem,
  watched: MetricSettings,
): QualityFigure[] {
  const scores = scoresOf(rows, problem);
  const quantile = quantiles();
  const [units, unitsOfClasses] = [unitsOf(rows, false), unitsOf(rows, true)];
  return metricsOfRows(rows, problem, watched).map(({ name, measure, higherIsBetter }) => {
    const { value, influence } = measure(rows.labels, scores, rows.weights);
    const groups = NEED_BOTH.has(name) ? unitsOfClasses : units;
    // Chance alone makes a calibration error, of which an interval around it knows nothing.
    if ((rows.requests && !groups) || name === calibrationError.name) return { metric: name, value };
    const { standardError, degreesOfFreedom } = errorOf(influence, groups);
    if (degreesOfFreedom < 1) return { metric: name, value };
    const width = quantile(degreesOfFreedom) * standardError;
    return { metric: name, value, interval: within(boundsOf(name, higherIsBetter), value, width) };
  });
}

/** Most metrics have as many units, and a quantile takes long. */
function quantiles(): (degreesOfFreedom: number) => number {
  const known = new Map<number, number>();
  return (degreesOfFreedom) => {
    const found = known.get(degreesOfFreedom) ?? studentUpperQuantile(ALPHA, degreesOfFreedom);
    known.set(degreesOfFreedom, found);
    return found;
  };
}

/** Metrics that compare rows of class 1 with rows of class 0. */
const NEED_BOTH = new Set([auc.name, averagePrecision.name]);

/** What is better the higher it is, is a share; of the others, costs alone may be negative. */
function boundsOf(name: string, higherIsBetter: boolean): readonly [number, number] {
  if (higherIsBetter) return [0, 1];
  return [name === 'cost' ? Number.NEGATIVE_INFINITY : 0, Number.POSITIVE_INFINITY];
}

function within([least, most]: readonly [number, number], value: number, width: number) {
  return [Math.max(least, value - width), Math.min(most, value + width)] as const;
}
