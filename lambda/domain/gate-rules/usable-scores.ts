import type { Metric } from '../metrics/metric';
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
  expected: number,
  metric: Metric,
): Pick<GateReason, 'message' | 'numbers'> | undefined {
  if (scores.length !== expected) {
    const message = `${model} has ${scores.length} scores for ${expected} rows`;
    return { message, numbers: { scores: scores.length } };
  }
  let unusable = 0;
  let improbable = 0;
  let differing = 0;
  for (let i = 0; i < expected; i++) {
    const score = Number(scores[i] ?? Number.NaN);
    if (!Number.isFinite(score)) unusable++;
    if (score < 0 || score > 1) improbable++;
    if (scores[i] !== scores[0]) differing++;
  }
  if (unusable > 0) {
    const message = `${model} has no finite score for ${unusable} of ${expected} rows`;
    return { message, numbers: { unusable } };
  }
  if (improbable > 0 && metric.scores === 'probabilities') {
    const message = `${model} has scores that are not from 0 to 1 in ${improbable} of ${expected} rows: ${metric.title} needs probabilities`;
    return { message, numbers: { improbable } };
  }
  if (differing === 0 && expected > 0) {
    return { message: `${model} gives all ${expected} rows the same score ${scores[0]}`, numbers: {} };
  }
  return undefined;
}
