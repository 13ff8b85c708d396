import type { GateEvidence } from '../gate-rules/rule';
import { accuracy } from '../metrics/accuracy';
import { auc } from '../metrics/auc';
import { averagePrecision } from '../metrics/average-precision';
import { brier } from '../metrics/brier';
import { calibrationError } from '../metrics/calibration-error';
import { f1 } from '../metrics/f1';
import { logLoss } from '../metrics/log-loss';
import { mae } from '../metrics/mae';
import type { Metric } from '../metrics/metric';
import { rmse } from '../metrics/rmse';
import { calibrationCurve, precisionRecallCurve, rocCurve } from './curves';
import type { EvaluationReport, MetricRow, ModelCurves } from './evaluation-report';

/** Usable labels and scores of the same rows. */
export type ScoredRows = Pick<
  GateEvidence,
  'metric' | 'labels' | 'challenger' | 'champion' | 'weights' | 'groups'
>;

const ALPHA_EACH_SIDE = 0.025;
const RANKING: readonly Metric[] = [auc, averagePrecision];
const PROBABILITIES: readonly Metric[] = [logLoss, brier, calibrationError, accuracy(), f1()];
const NUMBERS: readonly Metric[] = [mae, rmse];
const RESIDUAL_BINS = 30;

/** Metrics, curves or residuals of both models, by what the labels are. */
export function measureRows(rows: ScoredRows): Pick<EvaluationReport, 'metrics' | 'curves' | 'residuals'> {
  const { metric: primary, labels, challenger, champion } = rows;
  const metrics = metricsBeside(primary, labels, champion ? [champion, challenger] : [challenger]).map(
    (metric) => metricRow(metric, rows),
  );
  if (primary.labels === 'categories') return { metrics };
  if (!areClasses(labels)) {
    return { metrics, ...(champion && { residuals: residuals(labels, champion, challenger) }) };
  }
  return {
    metrics,
    curves: {
      challenger: curvesOf(labels, challenger),
      ...(champion && { champion: curvesOf(labels, champion) }),
    },
  };
}

/** The metric that decides, and what else labels and scores of that kind can be measured by. */
export function metricsBeside(
  primary: Metric,
  labels: Float64Array,
  scores: readonly Float64Array[],
): readonly Metric[] {
  if (primary.labels === 'categories') return [primary];
  return [primary, ...metricsFor(labels, scores).filter(({ name }) => name !== primary.name)];
}

/** Metrics that labels and scores of that kind can be measured by. */
export function metricsFor(labels: Float64Array, scores: readonly Float64Array[]): readonly Metric[] {
  if (!areClasses(labels)) return NUMBERS;
  return scores.every(areProbabilities) ? [...RANKING, ...PROBABILITIES] : RANKING;
}

function metricRow(metric: Metric, { labels, challenger, champion, weights, groups }: ScoredRows): MetricRow {
  const { name, title, higherIsBetter } = metric;
  const row = { name, title, higherIsBetter, challenger: metric.value(labels, challenger, weights) };
  if (!champion) return row;
  const comparison = metric.compare({ labels, champion, challenger, weights, groups });
  const { lead } = comparison;
  return {
    ...row,
    against: { champion: comparison.champion, lead, interval: comparison.interval(ALPHA_EACH_SIDE) },
  };
}

function curvesOf(labels: Float64Array, scores: Float64Array): ModelCurves {
  return {
    roc: rocCurve(labels, scores),
    precisionRecall: precisionRecallCurve(labels, scores),
    ...(areProbabilities(scores) && { calibration: calibrationCurve(labels, scores) }),
  };
}

/** Both in the same bins, which reach over all but the outermost residuals. */
function residuals(labels: Float64Array, champion: Float64Array, challenger: Float64Array) {
  const [first, second] = [champion, challenger].map((scores) =>
    scores.map((score, row) => score - (labels[row] as number)),
  ) as [Float64Array, Float64Array];
  const sorted = Float64Array.from([...first, ...second]).sort();
  const low = sorted[Math.floor(sorted.length * 0.01)] as number;
  const high = sorted[Math.ceil(sorted.length * 0.99) - 1] as number;
  const width = (high - low) / RESIDUAL_BINS || 1;
  const edges = Array.from({ length: RESIDUAL_BINS + 1 }, (_, index) => low + index * width);
  const countsOf = (values: Float64Array) => {
    const counts = new Array<number>(edges.length + 1).fill(0);
    for (const value of values) {
      const bin = Math.min(edges.length, Math.max(0, Math.floor((value - low) / width) + 1));
      counts[bin] = (counts[bin] as number) + 1;
    }
    return counts;
  };
  return { edges, champion: countsOf(first), challenger: countsOf(second) };
}

function areClasses(labels: Float64Array): boolean {
  return labels.every((label) => label === 0 || label === 1);
}

function areProbabilities(scores: Float64Array): boolean {
  return scores.every((score) => score >= 0 && score <= 1);
}
