import { accuracy } from '../metrics/accuracy';
import { auc } from '../metrics/auc';
import { averagePrecision } from '../metrics/average-precision';
import { brier } from '../metrics/brier';
import { calibrationError } from '../metrics/calibration-error';
import { f1 } from '../metrics/f1';
import { logLoss } from '../metrics/log-loss';
import { macroF1 } from '../metrics/macro-f1';
import { mae } from '../metrics/mae';
import type { Metric } from '../metrics/metric';
import { multiClassAccuracy } from '../metrics/multi-class-accuracy';
import { multiClassLogLoss } from '../metrics/multi-class-log-loss';
import { precision } from '../metrics/precision';
import { recall } from '../metrics/recall';
import { rmse } from '../metrics/rmse';
import { calibrationCurve, precisionRecallCurve, rocCurve } from './curves';
import type { EvaluationReport, MetricRow, ModelCurves } from './evaluation-report';
import type { GateEvidence } from './rules/rule';

/** Usable labels and scores of the same rows. */
export type ScoredRows = Pick<
  GateEvidence,
  'metric' | 'labels' | 'challenger' | 'champion' | 'weights' | 'groups' | 'costs'
>;

const ALPHA_EACH_SIDE = 0.025;
const RANKING: readonly Metric[] = [auc, averagePrecision];
const NUMBERS: readonly Metric[] = [mae, rmse];
const RESIDUAL_BINS = 30;

/** Metrics, curves or residuals of both models, by what the labels are. */
export function measureRows(rows: ScoredRows): Pick<EvaluationReport, 'metrics' | 'curves' | 'residuals'> {
  const { metric: primary, labels, challenger, champion } = rows;
  const metrics = metricsBeside(primary, champion ? [champion, challenger] : [challenger]).map((metric) =>
    metricRow(metric, rows),
  );
  if (primary.labels === 'categories') return { metrics };
  if (primary.labels === 'numbers') {
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

/**
 * The metric that decides, and what else labels and scores of that kind can be measured by, at the same
 * threshold.
 */
export function metricsBeside(primary: Metric, scores: readonly Float64Array[]): readonly Metric[] {
  return [primary, ...metricsOfKind(primary, scores).filter(({ name }) => name !== primary.name)];
}

/** Metrics that labels and scores can be measured by, as far as those tell what they are. */
export function metricsFor(labels: Float64Array, scores: readonly Float64Array[]): readonly Metric[] {
  const classes = (scores[0]?.length ?? 0) / labels.length;
  if (classes > 1) return metricsOfKind({ labels: 'categories', classes }, scores);
  const areClasses = labels.every((label) => label === 0 || label === 1);
  return metricsOfKind({ labels: areClasses ? 'classes' : 'numbers' }, scores);
}

function metricsOfKind(
  { labels: kind, classes = 0, threshold }: Pick<Metric, 'labels' | 'classes' | 'threshold'>,
  scores: readonly Float64Array[],
): readonly Metric[] {
  switch (kind) {
    case 'numbers':
      return NUMBERS;
    case 'categories':
      return [multiClassLogLoss(classes), multiClassAccuracy(classes), macroF1(classes)];
    case 'classes':
      return scores.every(areProbabilities) ? [...RANKING, ...ofProbabilities(threshold)] : RANKING;
  }
}

function ofProbabilities(threshold?: number): Metric[] {
  return [
    ...[logLoss, brier, calibrationError],
    ...[accuracy(threshold), precision(threshold), recall(threshold), f1(threshold)],
  ];
}

function metricRow(metric: Metric, { champion, ...rows }: ScoredRows): MetricRow {
  const { name, title, higherIsBetter } = metric;
  const { labels, challenger, weights, costs } = rows;
  const row = { name, title, higherIsBetter, challenger: metric.value(labels, challenger, weights, costs) };
  if (!champion) return row;
  const comparison = metric.compare({ ...rows, champion });
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

function areProbabilities(scores: Float64Array): boolean {
  return scores.every((score) => score >= 0 && score <= 1);
}
