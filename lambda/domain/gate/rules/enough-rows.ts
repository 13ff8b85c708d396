import { tooFewRows } from '../holdout-size';
import type { GateEvidence, GateReason } from './rule';

/** The holdout has rows enough, of both classes if there are classes. */
export function enoughRows({
  metric,
  labels,
  groups,
  minimumRows,
}: Omit<GateEvidence, 'comparison'>): GateReason {
  const tooFew = tooFewRows(metric, { labels, groups }, minimumRows);
  return {
    rule: 'enough-rows',
    passed: tooFew === undefined,
    ...(tooFew !== undefined && { undecided: true }),
    message: tooFew === undefined ? `${labels.length} rows are enough` : `the holdout has ${tooFew}`,
    numbers: { rows: labels.length, minimumRows },
  };
}
