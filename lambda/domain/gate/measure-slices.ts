import type { EvaluationReport } from './evaluation-report';
import type { GateEvidence } from './rules/rule';
import { compareSlice, slicesOf } from './slices';

/** At 95 %. */
const ALPHA_EACH_SIDE = 0.025;
/** The largest ones; more cannot be read. */
const MOST_SLICES = 50;

/** The challenger's lead in each slice that has rows enough; nothing without slices or champion. */
export function measureSlices(evidence: GateEvidence): Pick<EvaluationReport, 'slices'> {
  const { columns, metric, minimumRows } = evidence;
  const rows = slicesOf(evidence, Object.keys(columns), minimumRows)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, MOST_SLICES)
    .flatMap((slice) => {
      const comparison = compareSlice(evidence, slice)?.comparison;
      if (!comparison) return [];
      const { lead, interval } = comparison;
      return [{ name: slice.name, rows: slice.rows.length, lead, interval: interval(ALPHA_EACH_SIDE) }];
    });
  return rows.length > 0 ? { slices: { metric: metric.title, rows } } : {};
}
