import { metricsFor } from '../../lambda/domain/gate/measure';
import { labelsAsScores } from '../../lambda/domain/metrics/several-classes';

/** A metric of a version, and of what came of training it again. */
export interface ReproducedMetric {
  readonly title: string;
  readonly was: number;
  readonly is: number;
  /**
   * Half the width of the 95 % interval of `was`: so far apart would another holdout of this size be, too.
   */
  readonly noise: number;
  readonly withinNoise: boolean;
}

/** Two-sided 95 %. */
const Z = 1.959963984540054;

/** Compares two trainings of one version by their scores for the same holdout. */
export function compareWithNoise(
  labels: Float64Array,
  original: Float64Array,
  again: Float64Array,
): ReproducedMetric[] {
  return metricsFor(labels, [original, again]).map((metric) => {
    const was = metric.value(labels, original);
    const is = metric.value(labels, again);
    // The truth as scores is without error, so that all uncertainty of the difference is the version's own.
    const { classes } = metric;
    const truth = classes === undefined ? labels : Float64Array.from(labelsAsScores(labels, classes));
    const noise = Z * metric.compare({ labels, champion: truth, challenger: original }).standardError;
    return { title: metric.title, was, is, noise, withinNoise: Math.abs(is - was) <= noise };
  });
}
