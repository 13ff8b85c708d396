import { blocksOf, scoresPerRow } from '../metrics/metric';
import type { Evaluation } from './evaluation';
import type { EvaluationReport } from './evaluation-report';
import { metricsBeside } from './measure';
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

/** The challenger's metrics in each slice that has rows enough: what it can do there in production. */
export function challengerBySlice(evidence: GateEvidence): NonNullable<Evaluation['slices']> {
  const { columns, metric, labels, challenger, weights, costs, minimumRows } = evidence;
  return slicesOf(evidence, Object.keys(columns), minimumRows)
    .filter(({ tooFew }) => tooFew === undefined)
    .sort((a, b) => b.rows.length - a.rows.length)
    .slice(0, MOST_SLICES)
    .map(({ name, rows }) => {
      const scores = blocksOf(challenger, scoresPerRow(metric), rows);
      const measured = metricsBeside(metric, [scores]).map((one) => {
        const value = one.value(
          blocksOf(labels, 1, rows),
          scores,
          weights && blocksOf(weights, 1, rows),
          costs && blocksOf(costs, costs.length / labels.length, rows),
        );
        return [one.name, value] as const;
      });
      // Weights may leave nothing of a slice.
      const usable = measured.filter(([, value]) => Number.isFinite(value));
      return { name, rows: rows.length, metrics: Object.fromEntries(usable) };
    });
}
