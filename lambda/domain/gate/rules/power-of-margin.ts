import { POWER, rowsNeeded } from '../../statistics/power';
import type { GateEvidence } from './rule';
import { figure3 } from './words';

/**
 * That the holdout is too small to tell a lead of the margin from none; undefined if it is large enough, or
 * the margin is 0.
 */
export function tooSmallFor(
  { comparison, alpha, labels, metric }: GateEvidence,
  margin: number,
): { readonly message: string } | undefined {
  if (margin === 0) return undefined;
  const { standardError } = comparison;
  const needed = rowsNeeded({ rows: labels.length, standardError, alpha }, margin);
  if (needed <= labels.length) return undefined;
  return {
    message: `the holdout's ${labels.length} rows are too few to distinguish a lead of ${margin} in ${metric.title} from none: it needs about ${figure3(needed)} rows, to find it in ${POWER * 100} % of cases at alpha = ${figure3(alpha)}`,
  };
}
