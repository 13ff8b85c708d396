import { type Metric, scoresPerRow } from '../../metrics/metric';
import type { GateReason, GateRows, Numbers } from './rule';

/** Challenger and champion have a usable score for every row, and not one score for all. */
export function usableScores(rows: GateRows, metric: Metric): GateReason {
  const expected = rows.label.length;
  const problem =
    problemOf('challenger', rows.challenger, expected, metric) ??
    (rows.champion && problemOf('champion', rows.champion, expected, metric));
  return {
    rule: 'usable-scores',
    passed: problem === undefined,
    message: problem?.message ?? `all ${expected} rows have scores`,
    numbers: { rows: expected, ...problem?.numbers },
  };
}

function problemOf(
  model: string,
  scores: Numbers,
  rows: number,
  metric: Metric,
): Pick<GateReason, 'message' | 'numbers'> | undefined {
  const size = scoresPerRow(metric);
  if (scores.length !== rows * size) {
    const message = `${model} has ${scores.length} scores for ${rows} rows${size > 1 ? ` of ${size} classes` : ''}`;
    return { message, numbers: { scores: scores.length } };
  }
  let [unusable, improbable, unequal, differing] = [0, 0, 0, 0];
  for (let row = 0; row < rows; row++) {
    const own = Array.from({ length: size }, (_, i) => Number(scores[row * size + i] ?? Number.NaN));
    if (!own.every(Number.isFinite)) unusable++;
    if (own.some((score) => score < 0 || score > 1)) improbable++;
    if (Math.abs(own.reduce((sum, score) => sum + score) - 1) > ROUNDING) unequal++;
    if (own.some((score, i) => score !== scores[i])) differing++;
  }
  if (unusable > 0) {
    const message = `${model} has no finite score for ${unusable} of ${rows} rows`;
    return { message, numbers: { unusable } };
  }
  if (improbable > 0 && metric.scores === 'probabilities') {
    const message = `${model} has scores that are not from 0 to 1 in ${improbable} of ${rows} rows: ${metric.title} needs probabilities`;
    return { message, numbers: { improbable } };
  }
  if (unequal > 0 && size > 1) {
    const message = `${model}'s probabilities of the ${size} classes do not add up to 1 in ${unequal} of ${rows} rows`;
    return { message, numbers: { unequal } };
  }
  if (differing === 0 && rows > 0) {
    const first = Array.from({ length: size }, (_, i) => scores[i]);
    const same = size === 1 ? `same score ${first[0]}` : `same scores ${first.join(', ')}`;
    return { message: `${model} gives all ${rows} rows the ${same}`, numbers: {} };
  }
  return undefined;
}

/** Probabilities may be written with two digits. */
const ROUNDING = 0.01;
