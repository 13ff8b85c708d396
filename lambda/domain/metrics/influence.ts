import { type Column, totalWeight, weightAt } from '../statistics/column';
import { type Comparison, leadComparison } from '../statistics/comparison';
import type { Measurement, Metric, PairedSample } from './metric';

/** A metric that is compared by the influence of the rows, unless it says otherwise. */
export function metricByInfluence(
  spec: Omit<Metric, 'value' | 'compare'> & Partial<Pick<Metric, 'compare'>>,
): Metric {
  return {
    compare: (sample) => compareByInfluence(sample, spec),
    ...spec,
    value: (labels, scores, weights, costs) => spec.measure(labels, scores, weights, costs).value,
  };
}

/** A weighted mean: a row's influence is its weighted distance from it. */
export function measureMean(rows: number, term: (row: number) => number, weights?: Column): Measurement {
  const terms = new Float64Array(rows);
  const total = totalWeight(rows, weights);
  let sum = 0;
  for (let i = 0; i < rows; i++) {
    terms[i] = term(i);
    sum += weightAt(weights, i) * (terms[i] as number);
  }
  const value = sum / total;
  return {
    value,
    influence: terms.map((one, i) => ((one - value) * weightAt(weights, i) * rows) / total),
  };
}

/**
 * Compares two measurements by the differences of the rows' influence: the infinitesimal jackknife (L. A.
 * Jaeckel, Bell Laboratories memorandum 1972; B. Efron, The Jackknife, the Bootstrap and Other Resampling
 * Plans, SIAM 1982, chapter 6). For a mean that is the paired t test.
 */
export function compareByInfluence(
  { labels, weights, groups, costs, ...models }: PairedSample,
  { measure, higherIsBetter }: Pick<Metric, 'measure' | 'higherIsBetter'>,
): Comparison {
  const champion = measure(labels, models.champion, weights, costs);
  const challenger = measure(labels, models.challenger, weights, costs);
  const differences = challenger.influence.map((one, i) => one - (champion.influence[i] as number));
  const change = challenger.value - champion.value;
  return leadComparison({
    champion: champion.value,
    challenger: challenger.value,
    lead: higherIsBetter ? change : -change,
    ...errorOf(differences, groups),
  });
}

/**
 * The standard error of what rows have that influence on. With groups it is added up within each, as by K.-Y.
 * Liang and S. L. Zeger, Biometrika 73 (1986), p. 13, with groups - 1 degrees of freedom.
 */
export function errorOf(influence: Float64Array, groups?: Uint32Array) {
  const sums = groups ? Float64Array.from(sumsByGroup(influence, groups).values()) : influence;
  const units = sums.length;
  let squares = 0;
  for (const one of sums) squares += one * one;
  return {
    standardError: Math.sqrt((squares * units) / (units - 1)) / influence.length,
    degreesOfFreedom: units - 1,
  };
}

/** @param groups numbers from 0, without gaps or with */
export function sumsByGroup(values: Float64Array, groups: Uint32Array): Map<number, number> {
  const sums = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const group = groups[i] as number;
    sums.set(group, (sums.get(group) ?? 0) + (values[i] as number));
  }
  return sums;
}
