import { ascendingOrder } from '../statistics/ascending-order';
import { bcaInterval, type Resampled, resample } from '../statistics/bca-bootstrap';
import { type Column, checkLengths, totalWeight, weightAt } from '../statistics/column';
import type { Comparison } from '../statistics/comparison';
import { compareByInfluence, measureMean, metricByInfluence, sumsByGroup } from './influence';
import type { Metric, PairedSample } from './metric';

export interface LossMetricProps extends Pick<Metric, 'name' | 'title' | 'bestConstant'> {
  /** Of one row. */
  loss(label: number, prediction: number): number;
  /** What is made of the mean loss. */
  readonly transform: { of(mean: number): number; derivative(mean: number): number };
}

export const IDENTITY = { of: (mean: number) => mean, derivative: () => 1 };

/** Above this many rows, or groups, Student's t is close enough, and resampling takes long. */
const MANY_UNITS = 10_000;
const RESAMPLES = 2000;

/**
 * A metric of predicted numbers: a mean loss, or something made of it. Compared by the paired t test, and up
 * to 10,000 rows or groups with the interval of the paired BCa bootstrap, since a few large errors make
 * Student's t unsure.
 */
export function lossMetric({ name, title, bestConstant, loss, transform }: LossMetricProps): Metric {
  const lossOf = (labels: Column, predictions: Column) => (row: number) =>
    loss(labels[row] as number, predictions[row] as number);
  const measure: Metric['measure'] = (labels, predictions, weights) => {
    checkLengths(labels, predictions, weights);
    const mean = measureMean(labels.length, lossOf(labels, predictions), weights);
    const slope = mean.value === 0 ? 0 : transform.derivative(mean.value);
    return { value: transform.of(mean.value), influence: mean.influence.map((one) => slope * one) };
  };
  const compare = (sample: PairedSample): Comparison => {
    const comparison = compareByInfluence(sample, { measure, higherIsBetter: false });
    const { labels, weights, groups } = sample;
    const add = (of: (row: number) => number) => {
      const column = Float64Array.from(labels, (_, row) => weightAt(weights, row) * of(row));
      return groups ? Float64Array.from(sumsByGroup(column, groups).values()) : column;
    };
    const all = add(() => 1);
    if (all.length > MANY_UNITS) return comparison;
    const columns = [add(lossOf(labels, sample.champion)), add(lossOf(labels, sample.challenger)), all];
    const resampleLead = () =>
      resample(
        columns,
        ([champion = 0, challenger = 0, weight = 0]) =>
          transform.of(champion / weight) - transform.of(challenger / weight),
        RESAMPLES,
      );
    // Takes most of the time of a comparison, and not each rule needs the interval.
    let resampled: Resampled | undefined;
    return {
      ...comparison,
      interval: (alpha) => {
        resampled ??= resampleLead();
        return bcaInterval(resampled, alpha);
      },
    };
  };
  return metricByInfluence({
    name,
    title,
    higherIsBetter: false,
    labels: 'numbers',
    scores: 'numbers',
    bestConstant,
    measure,
    compare,
  });
}

/** The least label with at least that share of the weight at or below it. */
export function labelQuantile(labels: Column, share: number, weights?: Column): number {
  const order = ascendingOrder(labels);
  const needed = share * totalWeight(labels.length, weights);
  let sum = 0;
  for (const row of order) {
    sum += weightAt(weights, row);
    if (sum >= needed) return labels[row] as number;
  }
  return labels[order.at(-1) as number] as number;
}
