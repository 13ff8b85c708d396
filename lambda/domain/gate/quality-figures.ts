import type { Problem } from '../../../contracts/problem';
import { calibrationError } from '../metrics/calibration-error';
import { errorOf } from '../metrics/influence';
import { studentUpperQuantile } from '../statistics/beta-functions';
import { metricsOfRows } from './labelled-metrics';
import { type LabelledRows, scoresOf } from './labelled-rows';

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
 * rows, added up within each request, whose rows may depend on each other (`errorOf`). Classes are those at a
 * threshold of .5.
 */
export function qualityFigures(rows: LabelledRows, problem: Problem): QualityFigure[] {
  if (rows.labels.length === 0) return [];
  const scores = scoresOf(rows, problem);
  let quantile: number | undefined;
  return metricsOfRows(rows, problem).map(({ name, measure, higherIsBetter }) => {
    const { value, influence } = measure(rows.labels, scores);
    const { standardError, degreesOfFreedom } = errorOf(influence, rows.requests);
    // Chance alone makes a calibration error, of which an interval around it knows nothing.
    if (degreesOfFreedom < 1 || name === calibrationError.name) return { metric: name, value };
    // All metrics have as many units.
    quantile ??= studentUpperQuantile(ALPHA, degreesOfFreedom);
    const width = quantile * standardError;
    // What is better the higher it is, is a share; none of the others is negative.
    const most = higherIsBetter ? 1 : Number.POSITIVE_INFINITY;
    return { metric: name, value, interval: [Math.max(0, value - width), Math.min(most, value + width)] };
  });
}
