import type { EvidenceRule, GateReason, GateRows } from './rule';

/** Challenger and champion have a finite score for every row, and not one score for all. */
export const usableScores: EvidenceRule = (rows) => {
  const expected = rows.label.length;
  const problem =
    problemOf('challenger', rows.challenger, expected) ??
    (rows.champion && problemOf('champion', rows.champion, expected));
  return {
    rule: 'usable-scores',
    passed: problem === undefined,
    message: problem?.message ?? `all ${expected} rows have scores`,
    numbers: { rows: expected, ...problem?.numbers },
  };
};

function problemOf(
  model: string,
  scores: GateRows['challenger'],
  expected: number,
): Pick<GateReason, 'message' | 'numbers'> | undefined {
  if (scores.length !== expected) {
    const message = `${model} has ${scores.length} scores for ${expected} rows`;
    return { message, numbers: { scores: scores.length } };
  }
  let unusable = 0;
  let differing = 0;
  for (let i = 0; i < expected; i++) {
    if (!Number.isFinite(scores[i])) unusable++;
    if (scores[i] !== scores[0]) differing++;
  }
  if (unusable > 0) {
    const message = `${model} has no finite score for ${unusable} of ${expected} rows`;
    return { message, numbers: { unusable } };
  }
  if (differing === 0 && expected > 0) {
    return { message: `${model} gives all ${expected} rows the same score ${scores[0]}`, numbers: {} };
  }
  return undefined;
}
