import { type Comparison, leadComparison } from '../comparison';
import { type Column, totalWeight, weightAt } from './column';
import type { PairedSample } from './metric';

/** A metric, and how much each row moves it. */
export interface Measurement {
  readonly value: number;
  /** Of each row on the number of rows times the value; they add up to 0. */
  readonly influence: Float64Array;
}

/** A weighted mean: a row's influence is its weighted distance from it. */
export function measureMean(rows: number, term: (row: number) => number, weights?: Column): Measurement {
  const terms = Float64Array.from({ length: rows }, (_, row) => term(row));
  const total = totalWeight(rows, weights);
  let sum = 0;
  for (let i = 0; i < rows; i++) sum += weightAt(weights, i) * (terms[i] as number);
  const value = sum / total;
  return {
    value,
    influence: terms.map((one, i) => ((one - value) * weightAt(weights, i) * rows) / total),
  };
}

/**
 * Compares two measurements by the differences of the rows' influence: the infinitesimal jackknife (L. A. Jaeckel, Bell
 * Laboratories memorandum 1972; B. Efron, The Jackknife, the Bootstrap and Other Resampling Plans, SIAM 1982, chapter 6). For a mean
 * that is the paired t test. With groups the differences are added up within each, as by K.-Y. Liang and S. L. Zeger,
 * Biometrika 73 (1986), p. 13, with groups - 1 degrees of freedom.
 */
export function compareByInfluence(
  sample: PairedSample,
  higherIsBetter: boolean,
  measure: (labels: Column, scores: Column, weights?: Column) => Measurement,
): Comparison {
  const { labels, weights, groups } = sample;
  const champion = measure(labels, sample.champion, weights);
  const challenger = measure(labels, sample.challenger, weights);
  const differences = challenger.influence.map((one, i) => one - (champion.influence[i] as number));
  const sums = groups ? sumsByGroup(differences, groups) : differences;
  const units = sums.length;
  const squares = sums.reduce((sum, one) => sum + one * one, 0);
  const change = challenger.value - champion.value;
  return leadComparison({
    champion: champion.value,
    challenger: challenger.value,
    lead: higherIsBetter ? change : -change,
    standardError: Math.sqrt((squares * units) / (units - 1)) / labels.length,
    degreesOfFreedom: units - 1,
  });
}

/** @param groups numbers from 0, without gaps or with */
export function sumsByGroup(values: Float64Array, groups: Uint32Array): Float64Array {
  const sums = new Map<number, number>();
  for (let i = 0; i < values.length; i++) {
    const group = groups[i] as number;
    sums.set(group, (sums.get(group) ?? 0) + (values[i] as number));
  }
  return Float64Array.from(sums.values());
}
